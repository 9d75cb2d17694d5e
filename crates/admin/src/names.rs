//! From words of the domain to keys of messages, icons and tones. A colour never stands alone: a word
//! and an icon say the same.

use portique_domain::account::AccountState;
use portique_domain::identity::Profile;
use portique_feed::plan::Severity;

/// How a state is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Key of its word.
    pub(crate) key: &'static str,
    /// Its icon.
    pub(crate) icon: &'static str,
    /// Class of its tone.
    pub(crate) tone: &'static str,
}

const fn mark(key: &'static str, icon: &'static str, tone: &'static str) -> Mark {
    Mark { key, icon, tone }
}

/// The state of an account; `None` when there is no account.
pub(crate) fn state(state: Option<AccountState>) -> Mark {
    match state {
        None => mark("console-no-account", "info", "hue6"),
        Some(AccountState::Planned) => mark("account-planned", "clock", "hue6"),
        Some(AccountState::ToActivate) => mark("account-to-activate", "key", "hue1"),
        Some(AccountState::Active) => mark("account-active", "check", "ok"),
        Some(AccountState::Suspended) => mark("account-suspended", "lock", "warn"),
        Some(AccountState::ToDelete) => mark("account-to-delete", "calendar", "bad"),
        Some(AccountState::Deleted) => mark("account-deleted", "cross", "bad"),
    }
}

/// How grave a finding is.
pub(crate) fn severity(severity: Severity) -> Mark {
    match severity {
        Severity::Note => mark("console-severity-note", "info", "hue6"),
        Severity::Warning => mark("console-severity-warning", "alert", "warn"),
        Severity::Refused => mark("console-severity-refused", "cross", "bad"),
        Severity::Fatal => mark("console-severity-fatal", "lock", "bad"),
    }
}

/// Key of the word of a profile.
pub(crate) fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Pupil => "profile-pupil",
        Profile::Relative => "profile-relative",
        Profile::Teacher => "profile-teacher",
        Profile::Documentalist => "profile-documentalist",
        Profile::Direction => "profile-direction",
        Profile::SchoolLife => "profile-school-life",
        Profile::Staff => "profile-staff",
        Profile::Academic => "profile-academic",
        Profile::Collectivite => "profile-collectivite",
        Profile::Guest => "profile-guest",
    }
}

/// Key of a message for a stable code: `login.second_factor` under `event` is
/// `event-login-second-factor`.
pub(crate) fn key(prefix: &str, code: &str) -> String {
    let word: String = code
        .chars()
        .map(|c| if c == '.' || c == '_' { '-' } else { c })
        .collect();
    format!("{prefix}-{word}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::CONSOLE;
    use portique_domain::charter::Language;
    use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
    use portique_domain::rights::Action;
    use portique_domain::session::DeviceClass;
    use portique_ui::icons;

    #[test]
    fn every_code_has_a_french_word() {
        let mut keys: Vec<String> = Vec::new();
        keys.extend(EventCode::ALL.iter().map(|code| key("event", code.code())));
        keys.extend(
            ReasonCode::ALL
                .iter()
                .map(|code| key("reason", code.code())),
        );
        keys.extend(
            ResultCode::ALL
                .iter()
                .map(|code| key("result", code.code())),
        );
        keys.extend(Action::ALL.iter().map(|code| key("action", code.code())));
        keys.extend(Profile::ALL.iter().map(|one| profile(*one).to_owned()));
        keys.extend(
            [
                DeviceClass::Computer,
                DeviceClass::Phone,
                DeviceClass::Tablet,
                DeviceClass::Machine,
            ]
            .map(|class| key("device", class.code())),
        );
        for one in keys {
            assert!(CONSOLE.has(Language::French, &one), "{one}");
        }
    }

    #[test]
    fn every_state_has_a_word_and_an_icon() {
        let states = AccountState::ALL.into_iter().map(|one| state(Some(one)));
        let severities = [
            Severity::Note,
            Severity::Warning,
            Severity::Refused,
            Severity::Fatal,
        ]
        .map(severity);
        for mark in states.chain([state(None)]).chain(severities) {
            assert!(CONSOLE.has(Language::French, mark.key), "{mark:?}");
            assert!(icons::exists(mark.icon), "{mark:?}");
        }
    }
}
