use super::*;
use crate::identity::{EstablishmentKind, SourceKey, SourceName};
use crate::session::Digest;

fn place(number: u16, tutelle: Tutelle) -> Establishment {
    let academy = AcademyCode::new(number).unwrap();
    Establishment {
        id: EstablishmentId(Uuid::from_u128(u128::from(number))),
        key: SourceKey {
            source: SourceName::aaf(),
            academy,
            id: "1".into(),
        },
        uai: None,
        name: String::new(),
        town: String::new(),
        kind: EstablishmentKind::College,
        tutelle,
        academy,
        phone: String::new(),
    }
}

fn grant(perimeter: Perimeter) -> Grant {
    Grant {
        id: Uuid::nil(),
        person: PersonId(Uuid::nil()),
        action: Action::ReadPeople,
        perimeter,
        from: Timestamp::from_millis(10),
        to: Timestamp::from_millis(20),
        reason: "test".into(),
        grantor: Actor::Gateway,
        revoked_at: None,
    }
}

fn claim(grant: &Grant, at: i64) -> Option<AdminGrant> {
    AdminGrant::claim(
        grant.person,
        std::slice::from_ref(grant),
        Action::ReadPeople,
        Timestamp::from_millis(at),
    )
}

#[test]
fn a_grant_holds_between_its_dates_and_until_revoked() {
    let mut grant = grant(Perimeter::Instance);
    assert!(claim(&grant, 9).is_none());
    assert!(claim(&grant, 10).is_some());
    assert!(claim(&grant, 20).is_none());
    grant.revoked_at = Some(Timestamp::from_millis(12));
    assert!(claim(&grant, 15).is_none());
}

#[test]
fn an_academy_sees_its_own_and_never_agriculture() {
    let toulouse = AcademyCode::new(16).unwrap();
    let proof = claim(&grant(Perimeter::Academy(toulouse)), 15).unwrap();
    assert!(proof.covers_any([&place(16, Tutelle::Education)]));
    assert!(!proof.covers_any([&place(11, Tutelle::Education)]));
    assert!(!proof.covers_any([&place(16, Tutelle::Agriculture)]));
    let agriculture = claim(&grant(Perimeter::Agriculture), 15).unwrap();
    assert!(agriculture.covers_any([&place(16, Tutelle::Agriculture)]));
    assert!(!agriculture.covers_any([&place(16, Tutelle::Education)]));
}

#[test]
fn t61_nobody_hands_on_more_than_he_has() {
    let academy = Perimeter::Academy(AcademyCode::new(16).unwrap());
    let mut own = grant(academy);
    own.action = Action::Grant;
    let proof = AdminGrant::claim(
        own.person,
        &[own.clone()],
        Action::Grant,
        Timestamp::from_millis(15),
    )
    .unwrap();
    assert!(proof.may_hand_on(academy));
    assert!(!proof.may_hand_on(Perimeter::Instance));
    assert!(!proof.may_hand_on(Perimeter::Agriculture));
    assert!(
        !claim(&grant(Perimeter::Instance), 15)
            .unwrap()
            .may_hand_on(academy)
    );
}

#[test]
fn a_person_never_approves_his_own_act() {
    let act = Digest([3; 32]);
    let operator = AdminGrant::of_operator("root", Action::RunFeeds);
    assert_eq!(
        Approval::give(operator.actor(), &operator, act, "sure"),
        Err(ApprovalError::SamePerson)
    );
    let asked = Actor::Person(PersonId(Uuid::nil()));
    assert_eq!(
        Approval::give(&asked, &operator, act, "  "),
        Err(ApprovalError::NoReason)
    );
    let approval = Approval::give(&asked, &operator, act, "checked").unwrap();
    assert!(approval.is_for(&act));
    assert!(!approval.is_for(&Digest([4; 32])));
}
