//! The section `[events]`: how partners are told what became of people they know.

use super::read_file;
use anyhow::{Context as _, bail};
use ipnet::IpNet;
use portique_outbound::push::{PusherSettings, Reach};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How events go out.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Events {
    /// Networks that are not public and may be pushed to all the same, such as `10.2.0.0/16`.
    pub(crate) networks: Vec<String>,
    /// Certificates of an authority besides those of the system, PEM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authority: Option<PathBuf>,
    /// Seconds that one push may take.
    pub(crate) timeout_seconds: u64,
    /// Days after which an event that a partner does not take is given up.
    pub(crate) give_up_days: u64,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            networks: Vec::new(),
            authority: None,
            timeout_seconds: 10,
            give_up_days: 7,
        }
    }
}

impl Events {
    /// Relative paths are relative to the file of the settings.
    pub(crate) fn place(&mut self, folder: &Path) {
        self.authority = self.authority.take().map(|file| folder.join(file));
    }

    /// Says which setting is wrong, and what would be right.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        for (key, value, most) in [
            ("timeout_seconds", self.timeout_seconds, 30),
            ("give_up_days", self.give_up_days, 30),
        ] {
            if !(1..=most).contains(&value) {
                bail!("events.{key}: 1 to {most}");
            }
        }
        self.reach().map(drop)
    }

    fn reach(&self) -> anyhow::Result<Reach> {
        let read = |text: &String| {
            text.parse::<IpNet>().ok().with_context(|| {
                format!("events.networks: {text:?} is no network. Write it as 10.2.0.0/16 or fd00:5::/32")
            })
        };
        let networks = self.networks.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Reach { networks })
    }

    /// What the pusher is told.
    pub(crate) fn pusher(&self) -> anyhow::Result<PusherSettings> {
        let read = |file: &Path| read_file("events.authority", file).map(String::into_bytes);
        Ok(PusherSettings {
            reach: self.reach()?,
            time_limit: Duration::from_secs(self.timeout_seconds),
            authority: self.authority.as_deref().map(read).transpose()?,
        })
    }

    /// How long an event is tried.
    pub(crate) fn give_up_after(&self) -> Duration {
        Duration::from_hours(24 * self.give_up_days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_setting_is_named() {
        assert!(Events::default().check().is_ok());
        for (events, word) in [
            (
                Events {
                    networks: vec!["10.2.0.0".to_owned()],
                    ..Events::default()
                },
                "events.networks",
            ),
            (
                Events {
                    timeout_seconds: 0,
                    ..Events::default()
                },
                "events.timeout_seconds: 1 to 30",
            ),
            (
                Events {
                    give_up_days: 31,
                    ..Events::default()
                },
                "events.give_up_days: 1 to 30",
            ),
        ] {
            let told = events.check().unwrap_err().to_string();
            assert!(told.contains(word), "{told}");
        }
    }
}
