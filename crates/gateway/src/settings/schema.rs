//! Every key, its unit and its default. `config/portique.toml` shows them all with comments.

use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// The whole file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) public: Public,
    #[serde(default)]
    pub(crate) management: Management,
    pub(crate) data: Data,
    #[serde(default)]
    pub(crate) records: super::Records,
    #[serde(default)]
    pub(crate) live: Live,
    #[serde(default)]
    pub(crate) keys: Keys,
    #[serde(default)]
    pub(crate) hashing: Hashing,
    pub(crate) instance: Instance,
    #[serde(default)]
    pub(crate) logs: Logs,
    #[serde(default)]
    pub(crate) feeds: Feeds,
    #[serde(default)]
    pub(crate) events: super::Events,
    /// Without it no mail is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mail: Option<super::MailSection>,
}

/// The public listener.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Public {
    /// What people type: scheme and host, without a path.
    pub(crate) address: String,
    /// Where the process listens.
    pub(crate) listen: SocketAddr,
    /// Networks of the proxies whose forwarded headers count; none by default.
    #[serde(default)]
    pub(crate) trusted_proxies: Vec<String>,
    /// `default` (`__Host-…`) or `kdecole` (`JSESSIONID`, `SERVERID`, `ENTMIPKDE-TOKEN`).
    #[serde(default)]
    pub(crate) cookies: CookiePreset,
    /// Routing hint of this node, set as the node cookie; only in a cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) node_hint: Option<String>,
    /// TLS on this listener; without it a trusted proxy ends TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tls: Option<Tls>,
}

/// Names of cookies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CookiePreset {
    /// `__Host-…`.
    #[default]
    Default,
    /// The ENT's own names.
    Kdecole,
}

/// Certificate and key, PEM; read again when they change.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// The management listener: health and metrics, loopback by default.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Management {
    pub(crate) listen: SocketAddr,
}

impl Default for Management {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 9464)),
        }
    }
}

/// Where data lies.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Data {
    pub(crate) folder: PathBuf,
}

/// Where live state lies: sessions, flows, one-time values, counters, access tokens.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Live {
    /// `embedded` or `redis`; neither ever stands in for the other.
    pub(crate) store: LiveStore,
    /// The server; required by `redis`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redis: Option<RedisServer>,
}

/// Kinds of live state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LiveStore {
    /// In the process, with a file in the data folder.
    #[default]
    Embedded,
    /// On a Redis server.
    Redis,
}

/// A Redis server.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RedisServer {
    /// `redis://host:6379/0` or `unix:///path`, without a password.
    pub(crate) address: String,
    /// File that holds its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password_file: Option<PathBuf>,
    /// What names of keys begin with.
    #[serde(default = "redis_prefix")]
    pub(crate) prefix: String,
    /// Milliseconds that one call may take.
    #[serde(default = "redis_timeout")]
    pub(crate) timeout_ms: u64,
}

fn redis_prefix() -> String {
    "portique:".to_owned()
}

const fn redis_timeout() -> u64 {
    2000
}

/// Keys.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Keys {
    /// File with the root key; else the systemd credential `portique-root-key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) root_key_file: Option<PathBuf>,
}

/// What a password hash costs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Hashing {
    /// KiB of one hash; 19,456 at least.
    pub(crate) memory_kib: u32,
    /// Passes; 2 at least.
    pub(crate) passes: u32,
    /// Hashes at once; 0 for the number of cores.
    pub(crate) permits: usize,
    /// Hashes that may wait.
    pub(crate) queue: usize,
    /// Seconds that one may wait.
    pub(crate) deadline_seconds: u64,
}

impl Default for Hashing {
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            passes: 2,
            permits: 0,
            queue: 256,
            deadline_seconds: 10,
        }
    }
}

/// The instance, as people see it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Instance {
    /// Name, such as `ENT de Valserène`.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) subtitle: String,
    #[serde(default = "paris")]
    pub(crate) time_zone: String,
    /// `total`, `partial` or `none` (RGAA).
    #[serde(default)]
    pub(crate) accessibility: AccessibilityState,
    pub(crate) support: Support,
    /// What the legal page shows: all required.
    pub(crate) legal: Legal,
    /// Public links on the portal and on the homes of establishments.
    #[serde(default)]
    pub(crate) links: Vec<Link>,
}

fn paris() -> String {
    "Europe/Paris".to_owned()
}

/// State of the accessibility declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AccessibilityState {
    Total,
    Partial,
    #[default]
    None,
}

/// Who helps when no establishment is known.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Support {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) place: String,
    #[serde(default)]
    pub(crate) phone: String,
    #[serde(default)]
    pub(crate) mail: String,
}

/// Publisher and host.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Legal {
    pub(crate) publisher: String,
    pub(crate) publication_director: String,
    pub(crate) host: String,
    pub(crate) contact: String,
    /// Who answers for the data (GDPR article 4 §7).
    pub(crate) data_controller: String,
    pub(crate) data_protection_officer: String,
    #[serde(default)]
    pub(crate) data_protection_mail: String,
}

/// A public link.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    pub(crate) title: String,
    pub(crate) address: String,
    #[serde(default)]
    pub(crate) note: String,
    /// Name of an icon of the house.
    #[serde(default = "link_icon")]
    pub(crate) icon: String,
}

fn link_icon() -> String {
    "arch".to_owned()
}

/// The technical log.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Logs {
    /// `human` or `json`.
    pub(crate) format: LogFormat,
    /// `error`, `warn`, `info`, `debug`.
    pub(crate) level: String,
}

impl Default for Logs {
    fn default() -> Self {
        Self {
            format: LogFormat::default(),
            level: "info".to_owned(),
        }
    }
}

/// Shape of the technical log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    #[default]
    Human,
    Json,
}

/// How feeds are read, and what becomes of those whom they no longer send.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Feeds {
    /// What `respLegal` = 2 means: `contact`, `in_charge` or `legal`.
    pub(crate) second_rank: SecondRankSetting,
    /// Percent of people that may leave an establishment and profile before a guard holds, 0 to 100.
    pub(crate) shrinkage_percent: u8,
    /// Fewer leavers than this never hold.
    pub(crate) shrinkage_floor: u64,
    /// Percent of people whose name or birth date may change before a guard holds, 0 to 100.
    pub(crate) identity_percent: u8,
    /// Other thresholds for an establishment, a profile, or both; the last that fits counts.
    pub(crate) thresholds: Vec<ThresholdSetting>,
    /// Days that a run can be undone, 1 to 365.
    pub(crate) undo_days: u16,
    /// Days from disappeared to *à supprimer*, 0 to 365.
    pub(crate) to_delete_days: u16,
    /// Days from *à supprimer* to *supprimé*, 0 to 365.
    pub(crate) delete_days: u16,
    /// When nobody counts as gone, first and last day as `MM-JJ`; empty for never.
    pub(crate) summer: Vec<String>,
    /// Folder with tables of the installation's own, named as those of `config/feeds/`.
    pub(crate) tables: Option<PathBuf>,
    /// Where deliveries come from by themselves.
    pub(crate) sources: Vec<super::SourceSection>,
}

/// Thresholds of their own.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ThresholdSetting {
    /// Only in this establishment.
    pub(crate) uai: Option<String>,
    /// Only for this profile, such as `National_ELV`.
    pub(crate) profile: Option<String>,
    /// As for all.
    pub(crate) shrinkage_percent: Option<u8>,
    /// As for all.
    pub(crate) shrinkage_floor: Option<u64>,
    /// As for all.
    pub(crate) identity_percent: Option<u8>,
}

impl Default for Feeds {
    fn default() -> Self {
        Self {
            second_rank: SecondRankSetting::default(),
            shrinkage_percent: 10,
            shrinkage_floor: 20,
            identity_percent: 5,
            thresholds: Vec::new(),
            undo_days: 30,
            to_delete_days: 30,
            delete_days: 60,
            summer: vec!["07-01".to_owned(), "08-31".to_owned()],
            tables: None,
            sources: Vec::new(),
        }
    }
}

/// `respLegal` = 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SecondRankSetting {
    #[default]
    Contact,
    InCharge,
    Legal,
}
