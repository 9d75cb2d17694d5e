//! Publishing charters.

use crate::journal::About;
use crate::{Journeys, Trouble};
use portique_domain::Timestamp;
use portique_domain::charter::{Charter, CharterId, CharterSection, CharterText, Language};
use portique_domain::identity::Profile;
use portique_domain::journal::{EventCode, ResultCode};
use portique_domain::rights::{Action, AdminGrant};
use portique_jose::digest::sha256;

/// A charter to publish, as its file says it.
#[derive(Clone, Debug)]
pub struct CharterDraft {
    /// Name, such as `usagers`.
    pub name: String,
    /// Who has to accept it.
    pub profiles: Vec<Profile>,
    /// From when; now when absent.
    pub effective_at: Option<Timestamp>,
    /// Texts; French must be among them.
    pub texts: Vec<TextDraft>,
}

/// One text of a draft.
#[derive(Clone, Debug)]
pub struct TextDraft {
    /// Language.
    pub language: Language,
    /// Title.
    pub title: String,
    /// *En bref*: 1 to 12 lines.
    pub short: Vec<String>,
    /// Full text.
    pub full: Vec<CharterSection>,
}

impl Journeys {
    /// Publishes a version. A text equal to the last version in force publishes nothing: `None`.
    ///
    /// # Errors
    /// [`Trouble::Forbidden`] without the power; [`Trouble::Internal`] with the reason when the draft
    /// lacks a French text, has no line, or more than twelve in short.
    pub async fn publish_charter(
        &self,
        grant: &AdminGrant,
        draft: CharterDraft,
        now: Timestamp,
    ) -> Result<Option<Charter>, Trouble> {
        if grant.action() != Action::PublishCharter {
            return Err(Trouble::Forbidden);
        }
        check(&draft)?;
        let texts: Vec<CharterText> = draft.texts.into_iter().map(finished).collect();
        let versions = self.stores.charters.charters().await?;
        let last = versions
            .iter()
            .filter(|charter| charter.name == draft.name)
            .max_by_key(|charter| charter.version);
        if last.is_some_and(|last| last.texts == texts && last.profiles == draft.profiles) {
            return Ok(None);
        }
        let charter = Charter {
            id: CharterId(self.entropy.id(now)),
            version: last.map_or(1, |last| last.version + 1),
            name: draft.name,
            profiles: draft.profiles,
            effective_at: draft.effective_at.unwrap_or(now),
            texts,
        };
        let about = About::by(grant, None);
        let intent = self
            .intend_here(EventCode::CharterPublished, about, now)
            .await?;
        self.stores.charter_writer.publish(&charter).await?;
        self.conclude(intent, ResultCode::Done, None);
        Ok(Some(charter))
    }
}

fn check(draft: &CharterDraft) -> Result<(), Trouble> {
    if !draft
        .texts
        .iter()
        .any(|text| text.language == Language::French)
    {
        return Err(Trouble::Internal("a charter needs a French text"));
    }
    if draft.profiles.is_empty() {
        return Err(Trouble::Internal("a charter needs profiles"));
    }
    if draft
        .texts
        .iter()
        .any(|text| text.short.is_empty() || text.short.len() > 12 || text.full.is_empty())
    {
        return Err(Trouble::Internal(
            "a charter text needs 1 to 12 short lines and a full text",
        ));
    }
    Ok(())
}

fn finished(draft: TextDraft) -> CharterText {
    let canonical = CharterText::canonical(&draft.title, &draft.short, &draft.full);
    CharterText {
        digest: sha256(canonical.as_bytes()),
        language: draft.language,
        title: draft.title,
        short: draft.short,
        full: draft.full,
    }
}
