//! From words of the domain to keys of messages.

use crate::settings::profile_key;
use portique_domain::journal::EventCode;
use portique_domain::partner::{Attribute, Purpose};
use portique_domain::session::DeviceClass;
use portique_journeys::me::{ActingPerson, Answering, OpeningKind};
use portique_ui::Page;

/// The key of an attribute: its stable code.
pub(super) fn attribute(attribute: Attribute) -> String {
    format!("me-attr-{}", attribute.code())
}

/// The key of a purpose: its stable code.
pub(super) fn purpose(purpose: Purpose) -> String {
    format!("me-purpose-{}", purpose.code())
}

/// Who answers, in words.
pub(crate) fn answering(p: &Page, answering: &Answering) -> String {
    match answering {
        Answering::HeadOf(place) => p.plain1("me-answers-head", "place", place),
        Answering::RectoratOf(place) => p.plain1("me-answers-rectorat", "place", place),
        Answering::AgricultureOf(place) => p.plain1("me-answers-draaf", "place", place),
        Answering::Named(name) => name.clone(),
    }
}

pub(super) fn opened(p: &Page, what: &OpeningKind) -> String {
    match what {
        OpeningKind::Space => p.plain("me-space"),
        OpeningKind::Partner(name) => name.clone(),
    }
}

pub(super) const fn device(device: DeviceClass) -> &'static str {
    match device {
        DeviceClass::Computer => "device-computer",
        DeviceClass::Phone => "device-phone",
        DeviceClass::Tablet => "device-tablet",
        DeviceClass::Machine => "device-machine",
    }
}

/// Who acted: a role and a place, never a name.
pub(super) fn acting(p: &Page, by: &ActingPerson) -> String {
    match by {
        ActingPerson::Role(profile, place) => {
            let role = p.plain(profile_key(*profile));
            match place {
                Some(place) => p.t2("me-by-role", "role", role, "place", place).plain,
                None => role,
            }
        }
        ActingPerson::Gone => p.plain("me-by-gone"),
        ActingPerson::Operator => p.plain("me-by-operator"),
        ActingPerson::Gateway => p.plain("me-by-gateway"),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the journey gives these codes alone; another is told without detail"
)]
pub(super) const fn deed(code: EventCode) -> &'static str {
    match code {
        EventCode::CodeIssued => "me-deed-code",
        EventCode::Frozen => "me-deed-frozen",
        EventCode::Unfrozen => "me-deed-unfrozen",
        EventCode::FactorForgotten => "me-deed-factor",
        EventCode::PersonRead => "me-deed-read",
        EventCode::SessionEnded => "me-deed-sessions",
        EventCode::Granted => "me-deed-granted",
        EventCode::Revoked => "me-deed-revoked",
        EventCode::HabilitationGiven => "me-deed-habilitation",
        EventCode::HabilitationRevoked => "me-deed-habilitation-revoked",
        _ => "me-deed-other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portique_domain::charter::Language;
    use portique_ui::words::Catalogue;

    #[test]
    fn every_attribute_and_purpose_has_its_words_in_every_language() {
        let attributes = Attribute::ALL.iter().map(|one| attribute(*one));
        let purposes = Purpose::ALL.iter().map(|one| purpose(*one));
        for key in attributes.chain(purposes) {
            for language in Language::ALL {
                assert!(Catalogue::shared().has(language, &key), "{key}");
            }
        }
    }
}
