//! The sections `[[feeds.sources]]`: where deliveries come from, whose they are, and when they are fetched.

use super::sftp::SftpSection;
use anyhow::{Context as _, anyhow, bail};
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_domain::schedule::{Schedule, TimeOfDay};
use portique_feed::plan::BroughtBy;
use portique_feed::rank::{MIDDLE, RankedSource};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A source.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceSection {
    /// What commands and logs call it: lower-case letters, digits and hyphens, 32 at most.
    pub(crate) id: String,
    /// What people call it.
    pub(crate) label: String,
    /// Code of its académie, such as `016`: another one in the files raises a guard.
    pub(crate) academie: String,
    /// Whose people it brings, as `--source` of `feed plan`; that of its kind when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The école of an export of ONDE whose file name does not hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uai: Option<String>,
    /// Its rank among sources, 1 (strongest) to 99.
    #[serde(default = "middle")]
    pub(crate) rank: u8,
    /// Whether its plans are applied by themselves.
    #[serde(default)]
    pub(crate) apply: ApplySetting,
    /// Minutes between looks, 1 to 1440.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) every: Option<u16>,
    /// Times of the day, `HH:MM`, Europe/Paris.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) at: Vec<String>,
    /// Seconds between the two looks that find a delivery unchanged, 1 to 3600.
    #[serde(default = "settle")]
    pub(crate) settle_seconds: u16,
    /// Largest delivery, in MiB, 1 to 65536.
    #[serde(default = "max_mib")]
    pub(crate) max_mib: u32,
    /// A folder of this machine that is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) watch: Option<PathBuf>,
    /// Who answers for it.
    pub(crate) owner: OwnerSection,
    /// A server that it is fetched from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sftp: Option<SftpSection>,
}

/// Who answers for a source.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnerSection {
    /// The organisation.
    pub(crate) organisation: String,
    /// How it is reached when a delivery is missing or wrong: a service, rather than a person.
    pub(crate) contact: String,
}

/// Whether plans are applied by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ApplySetting {
    /// A person applies each.
    #[default]
    Never,
    /// One without a guard is applied at once.
    WhenFree,
}

fn middle() -> u8 {
    MIDDLE
}

fn settle() -> u16 {
    10
}

fn max_mib() -> u32 {
    4096
}

/// Checks what types alone cannot; each word names the source and the key.
pub(super) fn check(sources: &[SourceSection]) -> anyhow::Result<()> {
    let mut ids = BTreeSet::new();
    for (number, source) in sources.iter().enumerate() {
        if SourceName::parse(&source.id).is_none() {
            bail!(
                "feeds.sources, number {}: id: lower-case letters, digits and hyphens, 32 at most, such as \"toulouse-2d\"",
                number + 1
            );
        }
        let place = || format!("feeds.sources \"{}\"", source.id);
        if !ids.insert(&source.id) {
            bail!("{}: id: another source has it; give each its own", place());
        }
        source.check().with_context(place)?;
    }
    one_rank_each(sources)
}

/// The ranks that are set; they are checked before.
pub(super) fn ranks(sources: &[SourceSection]) -> Vec<RankedSource> {
    let ranked = sources.iter().filter(|source| source.rank != MIDDLE);
    ranked
        .filter_map(|source| {
            Some(RankedSource {
                source: source.source.clone()?,
                academy: source.academy().ok()?.number(),
                rank: source.rank,
            })
        })
        .collect()
}

/// One source and académie has one rank, however many sections bring it.
fn one_rank_each(sources: &[SourceSection]) -> anyhow::Result<()> {
    let mut seen = BTreeMap::new();
    for source in sources {
        if let Some(name) = &source.source {
            let first = seen
                .entry((name, source.academy()?))
                .or_insert((source.rank, &source.id));
            if first.0 != source.rank {
                bail!(
                    "feeds.sources \"{}\": rank: \"{}\" brings the same source and académie with rank {}; write the same",
                    source.id,
                    first.1,
                    first.0
                );
            }
        }
    }
    Ok(())
}

impl SourceSection {
    /// Relative paths are relative to the file that says them.
    pub(super) fn place(&mut self, folder: &Path) {
        let sftp = self.sftp.iter_mut();
        let files = sftp.flat_map(|sftp| [&mut sftp.key_file, &mut sftp.password_file]);
        for path in files.chain([&mut self.watch]).flatten() {
            *path = folder.join(&*path);
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        for (key, text) in [
            ("label", &self.label),
            ("owner.organisation", &self.owner.organisation),
            ("owner.contact", &self.owner.contact),
        ] {
            if text.trim().is_empty() {
                bail!("{key}: fill it in: who takes a call at night reads it");
            }
        }
        self.academy()?;
        self.source_name()?;
        self.school()?;
        self.schedule()?;
        for (key, value, least, most) in [
            ("rank", u32::from(self.rank), 1, 99),
            ("settle_seconds", u32::from(self.settle_seconds), 1, 3600),
            ("max_mib", self.max_mib, 1, 65_536),
        ] {
            if !(least..=most).contains(&value) {
                bail!("{key}: {least} to {most}");
            }
        }
        if self.rank != MIDDLE && self.source.is_none() {
            bail!(
                "rank: give source too, so that it is known whose people rank so: \"aaf\" for the second degree, \"aaf-1d\" for the first, or the name of a sheet's owner"
            );
        }
        match (&self.watch, &self.sftp) {
            (Some(_), None) => Ok(()),
            (None, Some(sftp)) => sftp.check(),
            _ => bail!(
                "watch, sftp: give one of them: watch = \"/srv/feeds\" for a folder of this machine, or [feeds.sources.sftp]"
            ),
        }
    }

    /// The code of its académie.
    pub(crate) fn academy(&self) -> anyhow::Result<AcademyCode> {
        self.academie.parse().map_err(|_| {
            anyhow!(
                "academie: \"{}\" is no code of an académie; write one to three digits, such as \"016\"",
                self.academie
            )
        })
    }

    /// Whose people it brings.
    pub(crate) fn source_name(&self) -> anyhow::Result<Option<SourceName>> {
        let named = self.source.as_deref().map(|text| {
            SourceName::parse(text).with_context(|| {
                format!("source: \"{text}\": lower-case letters, digits and hyphens, 32 at most")
            })
        });
        named.transpose()
    }

    /// The école of its sheets.
    pub(crate) fn school(&self) -> anyhow::Result<Option<Uai>> {
        let named = self.uai.as_deref().map(|text| {
            let read = text.parse().ok();
            read.with_context(|| format!("uai: \"{text}\" is no UAI (seven digits and a letter)"))
        });
        named.transpose()
    }

    /// When it is looked at.
    pub(crate) fn schedule(&self) -> anyhow::Result<Schedule> {
        if self.every.is_none() && self.at.is_empty() {
            bail!("every, at: give one or both: every = 30 (minutes), at = [\"04:30\"]");
        }
        if self
            .every
            .is_some_and(|minutes| !(1..=1440).contains(&minutes))
        {
            bail!("every: 1 to 1440 minutes");
        }
        let at = self.at.iter().map(|text| {
            text.parse::<TimeOfDay>().map_err(|_| {
                anyhow!(
                    "at: \"{text}\" is no time of the day; write it as \"04:30\" (Europe/Paris)"
                )
            })
        });
        Ok(Schedule {
            every: self
                .every
                .map(|minutes| Duration::from_mins(u64::from(minutes))),
            at: at.collect::<anyhow::Result<_>>()?,
        })
    }

    /// Between the two looks that find a delivery unchanged.
    pub(crate) fn settle_time(&self) -> Duration {
        Duration::from_secs(u64::from(self.settle_seconds))
    }

    /// Bytes of the largest delivery.
    pub(crate) fn most_bytes(&self) -> u64 {
        u64::from(self.max_mib) * 1024 * 1024
    }

    /// As plans name it.
    pub(crate) fn brought_by(&self) -> BroughtBy {
        BroughtBy {
            id: self.id.clone(),
            label: self.label.clone(),
            owner: self.owner.organisation.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Feeds;

    const GOOD: &str = r#"
[[sources]]
id = "toulouse-2d"
label = "Annuaire de Toulouse, second degré"
academie = "016"
source = "aaf"
rank = 1
apply = "when-free"
every = 60
at = ["04:30"]
[sources.owner]
organisation = "Rectorat"
contact = "annuaire@ac.example"
[sources.sftp]
host = "sftp.example.fr"
user = "ent"
key_file = "id"
host_key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"
path = "/depot"
"#;

    fn refused(from: &str, to: &str) -> String {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD, "{from}");
        match toml::from_str::<Feeds>(&text) {
            Ok(feeds) => format!("{:#}", feeds.check().unwrap_err()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_whole_section_reads() {
        let feeds: Feeds = toml::from_str(GOOD).unwrap();
        feeds.check().unwrap();
        let source = &feeds.sources[0];
        assert_eq!(source.apply, ApplySetting::WhenFree);
        assert_eq!((source.settle_seconds, source.max_mib), (10, 4096));
        assert_eq!(source.academy().unwrap().number(), 16);
        let schedule = source.schedule().unwrap();
        assert_eq!(schedule.every, Some(Duration::from_hours(1)));
        assert_eq!(schedule.at[0].to_string(), "04:30");
    }

    #[test]
    fn applying_is_never_unless_it_is_said() {
        let feeds: Feeds = toml::from_str(&GOOD.replace("apply = \"when-free\"\n", "")).unwrap();
        assert_eq!(feeds.sources[0].apply, ApplySetting::Never);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_source_and_its_remedy() {
        for (from, to, words) in [
            ("\"toulouse-2d\"", "\"Toulouse\"", "number 1: id"),
            ("\"016\"", "\"Toulouse\"", "\"toulouse-2d\": academie"),
            ("\"Rectorat\"", "\" \"", "owner.organisation"),
            ("rank = 1\n", "rank = 0\n", "rank: 1 to 99"),
            ("rank = 1\n", "settle_seconds = 0\n", "settle_seconds"),
            ("rank = 1\n", "max_mib = 0\n", "max_mib"),
            ("rank = 1\n", "uai = \"31\"\n", "no UAI"),
            ("\"aaf\"", "\"A B\"", "source: \"A B\""),
            ("source = \"aaf\"\n", "", "rank: give source too"),
            ("rank = 1\n", "watch = \"in\"\n", "give one of them"),
            ("rank = 1\n", "colour = 1\n", "colour"),
            ("\"when-free\"", "\"always\"", "always"),
            ("every = 60\nat = [\"04:30\"]\n", "", "give one or both"),
            ("every = 60", "every = 0", "1 to 1440"),
            ("\"04:30\"", "\"4h30\"", "\"4h30\""),
            (
                "key_file = \"id\"\n",
                "",
                "sftp.key_file, sftp.password_file",
            ),
            ("SHA256:", "MD5:", "sftp.host_key"),
            (
                "host_key = \"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"\n",
                "",
                "host_key",
            ),
            ("\"/depot\"", "\"\"", "sftp.path"),
            ("user = \"ent\"", "user = \"e\\nnt\"", "sftp.user"),
        ] {
            let error = refused(from, to);
            assert!(error.contains(words), "{words}: {error}");
        }
    }

    #[test]
    fn two_sources_have_two_ids() {
        let feeds: Feeds = toml::from_str(&format!("{GOOD}{GOOD}")).unwrap();
        let error = format!("{:#}", feeds.check().unwrap_err());
        assert!(error.contains("another source has it"), "{error}");
        let other = GOOD
            .replace("toulouse-2d", "other")
            .replace("rank = 1", "rank = 2");
        let feeds: Feeds = toml::from_str(&format!("{GOOD}{other}")).unwrap();
        let error = format!("{:#}", feeds.check().unwrap_err());
        assert!(error.contains("\"toulouse-2d\" brings the same"), "{error}");
    }

    #[test]
    fn ranks_that_are_set_go_to_the_importer() {
        let feeds: Feeds = toml::from_str(GOOD).unwrap();
        let ranks = feeds.options().unwrap().ranks;
        let told: Vec<_> = ranks
            .iter()
            .map(|one| (one.source.as_str(), one.academy, one.rank))
            .collect();
        assert_eq!(told, [("aaf", 16, 1)]);
    }

    #[test]
    fn a_key_file_that_is_not_there_is_named() {
        let feeds: Feeds = toml::from_str(GOOD).unwrap();
        let server = feeds.sources[0].sftp.as_ref().unwrap().server();
        let error = format!("{:#}", server.err().unwrap());
        assert!(error.contains("sftp.key_file: id"), "{error}");
    }
}
