//! The file as TOML has it: every key, unknown ones refused.

use crate::document::raw::Text;
use serde::Deserialize;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFile {
    #[serde(default)]
    pub(super) resources: Vec<RawResource>,
    #[serde(default)]
    pub(super) subscriptions: Vec<RawSubscription>,
    #[serde(default)]
    pub(super) affectations: Vec<RawAffectation>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawResource {
    pub(super) id: Text,
    pub(super) title: Text,
    pub(super) description: Option<Text>,
    pub(super) kind: Text,
    pub(super) level: Option<Text>,
    pub(super) subject: Option<Text>,
    pub(super) provider: Text,
    pub(super) access_url: Text,
    #[serde(default = "yes")]
    pub(super) active: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSubscription {
    pub(super) id: Text,
    pub(super) resource: Text,
    pub(super) uai: Text,
    pub(super) from: Text,
    pub(super) to: Text,
    pub(super) audiences: Spanned<Vec<Text>>,
    pub(super) kind: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAffectation {
    pub(super) subscription: Text,
    pub(super) class: Option<Text>,
    pub(super) profile: Option<Text>,
    pub(super) from: Option<Text>,
}

const fn yes() -> bool {
    true
}
