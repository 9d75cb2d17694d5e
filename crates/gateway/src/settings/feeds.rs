//! The settings of feeds, as the importer and the life of accounts take them.

use super::schema::{Feeds, SecondRankSetting, ThresholdSetting};
use anyhow::{Context as _, bail};
use portique_domain::account::{LifeSpan, Summer};
use portique_domain::identity::Profile;
use portique_feed::csv::Tables;
use portique_feed::dialect::Dialects;
use portique_feed::{GuardOptions, SecondRank, ThresholdRule, Thresholds};
use portique_journeys::FeedOptions;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

impl Feeds {
    /// Says which setting is wrong, and what would be right.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        for (key, percent) in [
            ("shrinkage_percent", self.shrinkage_percent),
            ("identity_percent", self.identity_percent),
        ] {
            if percent > 100 {
                bail!("feeds.{key}: a percentage lies between 0 and 100");
            }
        }
        for (key, days, least) in [
            ("undo_days", self.undo_days, 1),
            ("to_delete_days", self.to_delete_days, 0),
            ("delete_days", self.delete_days, 0),
        ] {
            if !(least..=365).contains(&days) {
                bail!("feeds.{key}: {least} to 365 days");
            }
        }
        self.summer_window()?;
        for one in &self.thresholds {
            self.rule(one)?;
        }
        super::sources::check(&self.sources)
    }

    fn summer_window(&self) -> anyhow::Result<Option<Summer>> {
        let [from, to] = self.summer.as_slice() else {
            if self.summer.is_empty() {
                return Ok(None);
            }
            bail!("feeds.summer: two days, such as [\"07-01\", \"08-31\"], or [] for none");
        };
        let day = |text: &str| -> anyhow::Result<(i8, i8)> {
            let wrong = || format!("feeds.summer: \"{text}\" is no day of the form MM-JJ");
            // A leap year, so that 29 February may begin or end a summer.
            let date = format!("2028-{text}").parse::<portique_domain::CivilDate>();
            let (_, month, day) = date.ok().with_context(wrong)?.parts();
            Ok((month, day))
        };
        Ok(Some(Summer {
            from: day(from)?,
            to: day(to)?,
        }))
    }

    fn rule(&self, one: &ThresholdSetting) -> anyhow::Result<ThresholdRule> {
        let profile = one.profile.as_deref().map(|word| {
            let known = word.parse::<Profile>().ok();
            known.with_context(|| {
                format!("feeds.thresholds.profile: \"{word}\" is no profile; write one such as National_ELV")
            })
        });
        let uai = one.uai.as_deref().map(|text| {
            let read = text.parse().ok();
            read.with_context(|| {
                format!("feeds.thresholds.uai: \"{text}\" is no UAI (seven digits and a letter)")
            })
        });
        let thresholds = Thresholds {
            shrinkage_percent: one.shrinkage_percent.unwrap_or(self.shrinkage_percent),
            shrinkage_floor: one.shrinkage_floor.unwrap_or(self.shrinkage_floor),
            identity_percent: one.identity_percent.unwrap_or(self.identity_percent),
        };
        if thresholds.shrinkage_percent > 100 || thresholds.identity_percent > 100 {
            bail!("feeds.thresholds: a percentage lies between 0 and 100");
        }
        Ok(ThresholdRule {
            uai: uai.transpose()?,
            profile: profile.transpose()?,
            thresholds,
        })
    }

    /// The delays of the departed.
    pub(crate) fn life_span(&self) -> LifeSpan {
        LifeSpan {
            to_delete_after: self.to_delete_days,
            deleted_after: self.delete_days,
            // Checked when the settings were read.
            summer: self.summer_window().ok().flatten(),
        }
    }

    /// How long a run can be undone.
    pub(crate) fn undo_time(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.undo_days))
    }

    /// What the importer is told.
    ///
    /// # Errors
    /// Which table of feeds is not understood, and where.
    pub(crate) fn options(&self) -> anyhow::Result<FeedOptions> {
        self.with_own_tables(FeedOptions {
            second_rank: match self.second_rank {
                SecondRankSetting::Contact => SecondRank::Contact,
                SecondRankSetting::InCharge => SecondRank::InCharge,
                SecondRankSetting::Legal => SecondRank::Legal,
            },
            guards: GuardOptions {
                thresholds: Thresholds {
                    shrinkage_percent: self.shrinkage_percent,
                    shrinkage_floor: self.shrinkage_floor,
                    identity_percent: self.identity_percent,
                },
                rules: self
                    .thresholds
                    .iter()
                    .filter_map(|one| self.rule(one).ok())
                    .collect(),
                life: self.life_span(),
            },
            ranks: super::sources::ranks(&self.sources),
            ..FeedOptions::default()
        })
    }

    /// Adds the tables that stand in the folder of the settings; those that are missing there are the
    /// built-in ones.
    fn with_own_tables(&self, mut options: FeedOptions) -> anyhow::Result<FeedOptions> {
        let Some(folder) = &self.tables else {
            return Ok(options);
        };
        let mut texts = BTreeMap::new();
        for name in Dialects::files().chain(Tables::files()) {
            let path = folder.join(name);
            match std::fs::read_to_string(&path) {
                Ok(text) => drop(texts.insert(name, text)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("{} cannot be read", path.display()));
                }
            }
        }
        let own = |name: &str| texts.get(name).cloned();
        let place = || format!("feeds.tables: {}", folder.display());
        options.dialects = Some(Arc::new(Dialects::read(&own).with_context(place)?));
        options.tables = Some(Arc::new(Tables::read(&own).with_context(place)?));
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(text: &str) -> Feeds {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn defaults_are_those_of_the_house() {
        let feeds = Feeds::default();
        feeds.check().unwrap();
        assert_eq!(feeds.life_span(), LifeSpan::default());
        assert_eq!(feeds.options().unwrap().guards, GuardOptions::default());
        assert_eq!(feeds.undo_time(), Duration::from_hours(30 * 24));
    }

    #[test]
    fn a_summer_may_be_moved_and_taken_away() {
        let moved = feeds("summer = [\"06-15\", \"09-10\"]");
        let summer = moved.life_span().summer.unwrap();
        assert_eq!((summer.from, summer.to), ((6, 15), (9, 10)));
        assert_eq!(feeds("summer = []").life_span().summer, None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, word) in [
            ("summer = [\"07-01\"]", "feeds.summer"),
            ("summer = [\"07-01\", \"31-08\"]", "31-08"),
            ("undo_days = 0", "feeds.undo_days"),
            ("delete_days = 400", "feeds.delete_days"),
            ("identity_percent = 101", "feeds.identity_percent"),
            ("[[thresholds]]\nprofile = \"ELV\"", "ELV"),
            ("[[thresholds]]\nuai = \"31\"", "no UAI"),
            (
                "[[thresholds]]\nshrinkage_percent = 101",
                "feeds.thresholds",
            ),
        ] {
            let error = feeds(text).check().unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }

    #[test]
    fn a_rule_takes_from_all_what_it_does_not_say() {
        let feeds = feeds(
            "shrinkage_floor = 7\n[[thresholds]]\nuai = \"0310001A\"\nshrinkage_percent = 40",
        );
        feeds.check().unwrap();
        let rule = feeds.options().unwrap().guards.rules.remove(0);
        assert_eq!(rule.thresholds.shrinkage_percent, 40);
        assert_eq!(rule.thresholds.shrinkage_floor, 7);
    }
}
