//! The file as TOML has it: every key, unknown ones refused. Values with a rule of their own keep their
//! place, so that an error knows its line.

use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A text that will be read further.
pub(crate) type Text = Spanned<String>;

/// A text that stands nowhere, for writing.
pub(super) fn text(value: impl Into<String>) -> Text {
    Spanned::new(0..0, value.into())
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPartner {
    pub(super) id: Text,
    pub(super) name: Text,
    pub(super) description: Text,
    pub(super) provider: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) launch: Option<Text>,
    pub(super) state: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) open_to: Option<Text>,
    #[serde(default)]
    pub(super) legal: RawLegal,
    pub(super) access: RawAccess,
    #[serde(default)]
    pub(super) release: RawRelease,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) oidc: Option<RawOidc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) events: Option<RawEvents>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLegal {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) controller: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) controller_name: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) joint: Vec<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) role: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) basis: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) references: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contract: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) contract_until: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hosting: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) derogation: Option<RawDerogation>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sub_processors: Vec<RawSubProcessor>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDerogation {
    pub(super) by: Text,
    pub(super) on: Text,
    pub(super) reason: Text,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSubProcessor {
    pub(super) name: Text,
    pub(super) country: Text,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAccess {
    pub(super) profiles: Vec<Text>,
    pub(super) establishments: Spanned<Vec<Text>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) groups: Vec<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) testers: Vec<Text>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRelease {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sector: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approved_by: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approved_on: Option<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) attributes: Vec<RawLine>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    pub(super) attribute: Text,
    pub(super) purpose: Text,
    pub(super) justification: Text,
    #[serde(default)]
    pub(super) required: bool,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOidc {
    pub(super) client_id: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth: Option<Text>,
    pub(super) redirect_uris: Vec<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) post_logout_redirect_uris: Vec<Text>,
    #[serde(default = "yes")]
    pub(super) pkce_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id_token_alg: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backchannel_logout_uri: Option<Text>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEvents {
    pub(super) address: Text,
    pub(super) which: Vec<Text>,
}

const fn yes() -> bool {
    true
}
