//! People: the list, one file, what may be done with an account, the activation letter.

pub(crate) mod acts;
pub(crate) mod letter;
pub(crate) mod list;
pub(crate) mod person;

use crate::Admin;
use crate::gate::Guest;
use crate::refusal::Refusal;
use portique_domain::account::AccountState;
use portique_domain::identity::{Establishment, Profile};
use portique_domain::rights::Action;
use portique_journeys::admin::PersonFile;

/// What may be done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Draw a new activation code.
    Code,
    /// Freeze.
    Freeze,
    /// Unfreeze.
    Unfreeze,
    /// End all sessions.
    Sessions,
}

impl Act {
    const ALL: [Self; 4] = [Self::Code, Self::Freeze, Self::Unfreeze, Self::Sessions];

    /// The word in addresses and keys of messages.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Freeze => "freeze",
            Self::Unfreeze => "unfreeze",
            Self::Sessions => "sessions",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// The power it takes.
    const fn action(self) -> Action {
        match self {
            Self::Code => Action::IssueCode,
            Self::Freeze | Self::Unfreeze => Action::Freeze,
            Self::Sessions => Action::EndSessions,
        }
    }

    /// Key of what its button says.
    const fn key(self) -> &'static str {
        match self {
            Self::Code => "console-act-code",
            Self::Freeze => "console-act-freeze",
            Self::Unfreeze => "console-act-unfreeze",
            Self::Sessions => "console-act-sessions",
        }
    }

    const fn icon(self) -> &'static str {
        match self {
            Self::Code => "key",
            Self::Freeze => "lock",
            Self::Unfreeze => "check",
            Self::Sessions => "door",
        }
    }

    /// Whether an account is in a state that allows it. The journey decides again.
    fn fits(self, file: &PersonFile) -> bool {
        let Some(account) = &file.account else {
            return false;
        };
        match self {
            // An active account too: its owner forgot her password (decision 0007).
            Self::Code => match account.state {
                AccountState::ToActivate | AccountState::ToDelete | AccountState::Active => true,
                AccountState::Planned | AccountState::Suspended | AccountState::Deleted => false,
            },
            Self::Freeze => account.state.jump(AccountState::Suspended).is_ok(),
            Self::Unfreeze => account.state == AccountState::Suspended,
            Self::Sessions => !file.sessions.is_empty(),
        }
    }
}

/// What a guest may do with this person: by her powers, their reach, and the state of the account.
/// Nobody freezes herself by mistake.
async fn permitted(app: &Admin, guest: &Guest, file: &PersonFile) -> Result<Vec<Act>, Refusal> {
    let mut out = Vec::new();
    for act in Act::ALL {
        let herself = file.person.id == guest.who.person.id;
        // A letter of somebody with powers takes all of them (T-61): who has less is not offered it.
        let mighty = file
            .grants
            .iter()
            .any(|grant| grant.is_live_at(guest.visit.now));
        if !act.fits(file) || (herself && act == Act::Freeze) || (mighty && act == Act::Code) {
            continue;
        }
        let grant = app.claim(guest, act.action()).await?;
        let places = file.places.iter().map(|place| &place.establishment);
        if grant.is_some_and(|grant| grant.covers_any(places)) {
            out.push(act);
        }
    }
    Ok(out)
}

/// Whether the birth date that activation asks for is known (a relative gives a child's).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BirthDate {
    Known,
    /// A relative none of whose children within reach has one: the others may.
    Doubtful,
    Missing,
}

fn birth_date(file: &PersonFile) -> BirthDate {
    let relative = file.person.leading_profile() == Some(Profile::Relative);
    let mut children = file.children.iter();
    if file.person.birth_date.is_some() && !relative {
        BirthDate::Known
    } else if relative {
        if children.any(|child| child.birth_date.is_some()) {
            BirthDate::Known
        } else {
            BirthDate::Doubtful
        }
    } else {
        BirthDate::Missing
    }
}

/// The code of an establishment in addresses: its national number, else its name at the source. Our own
/// ids of establishments are never shown.
fn place_code(place: &Establishment) -> String {
    place
        .uai
        .as_ref()
        .map_or_else(|| place.key.to_string(), ToString::to_string)
}

/// Address of a person's page.
pub(crate) fn href(id: portique_domain::identity::PersonId) -> String {
    format!("/admin/people/{}", id.0)
}

#[cfg(test)]
mod tests;
