//! Partners, habilitations and pseudonyms.

use super::records::{Records, race, with_lea};
use crate::build::{NOW, digest, id, later, operator, partner};
use core::time::Duration;
use portique_domain::identity::PersonId;
use portique_domain::partner::{GroupCode, Habilitation, HabilitationId, Partner, PartnerId};
use portique_domain::rights::Actor;
use portique_store::records::{PartnerWriter, StoredPartner};
use portique_store::{PageSize, StoreError};

fn named(text: &str) -> PartnerId {
    PartnerId::parse(text).unwrap()
}

/// The same again writes nothing; a change gives the next number.
pub async fn a_writing_makes_a_version_only_when_something_differs(store: &impl Records) {
    let by = operator();
    let moodle = partner("moodle");
    assert_eq!(store.partner(&moodle.id).await.unwrap(), None);
    assert_eq!(applied(store, &moodle, 0).await, 1);
    assert_eq!(applied(store, &moodle, 1).await, 1);
    let stored = StoredPartner {
        partner: moodle.clone(),
        version: 1,
        written_at: NOW,
        written_by: by,
    };
    assert_eq!(
        store.partner(&moodle.id).await.unwrap(),
        Some(stored.clone())
    );
    let by_client = store.partner_by_client("moodle").await.unwrap();
    assert_eq!(by_client, Some(stored));
    assert_eq!(store.partner_by_client("other").await.unwrap(), None);
    let mut changed = moodle.clone();
    "Moodle du collège".clone_into(&mut changed.name);
    assert_eq!(applied(store, &changed, 2).await, 2);
    let found = store.partner(&moodle.id).await.unwrap().unwrap();
    assert_eq!((found.version, found.written_at), (2, later(2)));
    assert_eq!(found.partner, changed);
    let mut first = partner("zz-first");
    "À lire".clone_into(&mut first.name);
    applied(store, &first, 3).await;
    let all = store.partners().await.unwrap();
    let names: Vec<&str> = all.iter().map(|one| one.partner.name.as_str()).collect();
    assert_eq!(names, ["À lire", "Moodle du collège"]);
}

/// Applies as the operator, some minutes after [`NOW`].
async fn answer(
    store: &impl Records,
    partner: &Partner,
    minutes: u64,
) -> portique_store::Result<u32> {
    // `FeedWriter` has an `apply` as well.
    PartnerWriter::apply(store, partner, &operator(), later(minutes)).await
}

async fn applied(store: &impl Records, partner: &Partner, minutes: u64) -> u32 {
    answer(store, partner, minutes).await.unwrap()
}

/// A receipt names a version: it can be read for as long as receipts live.
pub async fn former_versions_read_back_and_removed_ones_too(store: &impl Records) {
    let by = operator();
    let first = partner("moodle");
    let mut second = first.clone();
    second.release.lines.clear();
    applied(store, &first, 0).await;
    applied(store, &second, 1).await;
    assert!(store.remove(&first.id, &by, later(2)).await.unwrap());
    assert!(!store.remove(&first.id, &by, later(3)).await.unwrap());
    assert_eq!(store.partner(&first.id).await.unwrap(), None);
    assert_eq!(store.partner_by_client("moodle").await.unwrap(), None);
    assert!(store.partners().await.unwrap().is_empty());
    for (version, expected) in [(1, &first), (2, &second)] {
        let found = store.partner_version(&first.id, version).await.unwrap();
        assert_eq!(&found.unwrap().partner, expected);
    }
    assert_eq!(store.partner_version(&first.id, 3).await.unwrap(), None);
    // Coming back, it goes on counting, even unchanged.
    assert_eq!(applied(store, &second, 4).await, 3);
    assert!(store.partner(&first.id).await.unwrap().is_some());
}

/// Neither while it is in force nor after: tokens and receipts of the one shall not be the other's.
pub async fn a_client_id_is_one_partners_for_good(store: &impl Records) {
    let moodle = partner("moodle");
    applied(store, &moodle, 0).await;
    let mut thief = partner("thief");
    "moodle".clone_into(&mut thief.oidc.as_mut().unwrap().client_id);
    let refused = answer(store, &thief, 1).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict("client_id"))),
        "{refused:?}"
    );
    store
        .remove(&moodle.id, &operator(), later(2))
        .await
        .unwrap();
    let refused = answer(store, &thief, 3).await;
    assert!(
        matches!(refused, Err(StoreError::Conflict("client_id"))),
        "{refused:?}"
    );
    assert_eq!(store.partner(&thief.id).await.unwrap(), None);
    for without in ["cas-one", "cas-two"] {
        let mut partner = partner(without);
        partner.oidc = None;
        applied(store, &partner, 4).await;
    }
}

/// Two at most, the newest first; a file that knows none of them takes none away.
pub async fn secrets_rotate_by_two_and_outlive_a_writing(store: &impl Records) {
    let by = operator();
    let mut moodle = partner("moodle");
    moodle.oidc.as_mut().unwrap().secrets = vec![digest(9)];
    applied(store, &moodle, 0).await;
    let secrets = async || {
        let found = store.partner(&named("moodle")).await.unwrap().unwrap();
        found.partner.oidc.map(|oidc| oidc.secrets)
    };
    assert_eq!(secrets().await, Some(vec![]));
    for byte in 1..=3 {
        let added = store
            .add_secret(&moodle.id, &digest(byte), &by, later(1))
            .await;
        assert!(added.unwrap());
    }
    assert_eq!(secrets().await, Some(vec![digest(3), digest(2)]));
    "Moodle".clone_into(&mut moodle.name);
    applied(store, &moodle, 2).await;
    assert_eq!(secrets().await, Some(vec![digest(3), digest(2)]));
    let former = store.partner_version(&moodle.id, 1).await.unwrap().unwrap();
    assert!(former.partner.oidc.unwrap().secrets.is_empty());
    for closed in [1, 0] {
        let count = store.close_old_secrets(&moodle.id, &by, later(3)).await;
        assert_eq!(count.unwrap(), closed);
    }
    assert_eq!(secrets().await, Some(vec![digest(3)]));
    let mut without = moodle.clone();
    without.oidc = None;
    applied(store, &without, 4).await;
    let refused = store
        .add_secret(&moodle.id, &digest(4), &by, later(5))
        .await;
    assert!(!refused.unwrap());
    applied(store, &moodle, 6).await;
    assert_eq!(secrets().await, Some(vec![]));
    store
        .add_secret(&moodle.id, &digest(5), &by, later(7))
        .await
        .unwrap();
    store.remove(&moodle.id, &by, later(8)).await.unwrap();
    let removed = store
        .add_secret(&moodle.id, &digest(6), &by, later(9))
        .await;
    assert!(!removed.unwrap());
    applied(store, &moodle, 10).await;
    assert_eq!(secrets().await, Some(vec![]));
}

/// Of whatever is written, and of nothing else.
pub async fn the_generation_grows_with_each_writing(store: &impl Records) {
    let by = operator();
    let moodle = partner("moodle");
    let mut last = store.partners_generation().await.unwrap();
    let mut grown = async |expected: bool, act: &str| {
        let now = store.partners_generation().await.unwrap();
        assert_eq!(now > last, expected, "{act}");
        last = now;
    };
    applied(store, &moodle, 0).await;
    grown(true, "apply").await;
    applied(store, &moodle, 0).await;
    grown(false, "apply the same").await;
    for byte in [1, 2] {
        store
            .add_secret(&moodle.id, &digest(byte), &by, NOW)
            .await
            .unwrap();
        grown(true, "a secret").await;
    }
    store.close_old_secrets(&moodle.id, &by, NOW).await.unwrap();
    grown(true, "closing").await;
    store.close_old_secrets(&moodle.id, &by, NOW).await.unwrap();
    grown(false, "closing nothing").await;
    store.remove(&moodle.id, &by, NOW).await.unwrap();
    grown(true, "removing").await;
    store.remove(&moodle.id, &by, NOW).await.unwrap();
    grown(false, "removing nothing").await;
}

fn habilitation(number: u128, person: PersonId, group: &str) -> Habilitation {
    Habilitation {
        id: HabilitationId(id(number)),
        person,
        group: GroupCode::parse(group).unwrap(),
        from: later(10),
        to: later(10).plus(Duration::from_hours(24)),
        reason: "atelier".to_owned(),
        grantor: operator(),
        revoked_at: None,
    }
}

/// Whoever takes it back a second time learns that it was done.
pub async fn habilitations_are_given_and_revoked_once(store: &impl Records) {
    let lea = with_lea(store).await;
    let one = habilitation(1, lea, "closed-data");
    store.habilitate(&one).await.unwrap();
    let twice = store.habilitate(&one).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))));
    let nobody = store
        .habilitate(&habilitation(2, PersonId(id(99)), "closed-data"))
        .await;
    assert!(matches!(nobody, Err(StoreError::Conflict(_))));
    let two = habilitation(3, lea, "producers");
    store.habilitate(&two).await.unwrap();
    assert_eq!(
        store.habilitations_of(lea).await.unwrap(),
        [two.clone(), one.clone()]
    );
    let by = Actor::Person(lea);
    let late = store
        .revoke_habilitation(two.id, &by, two.to)
        .await
        .unwrap();
    assert_eq!(late, None);
    let revoked = store
        .revoke_habilitation(one.id, &by, later(20))
        .await
        .unwrap();
    let expected = Habilitation {
        revoked_at: Some(later(20)),
        ..one.clone()
    };
    assert_eq!(revoked, Some(expected.clone()));
    assert!(!expected.is_live_at(later(20)));
    let again = store
        .revoke_habilitation(one.id, &by, later(21))
        .await
        .unwrap();
    assert_eq!(again, None);
    let unknown = store
        .revoke_habilitation(HabilitationId(id(77)), &by, later(21))
        .await;
    assert_eq!(unknown.unwrap(), None);
    assert_eq!(store.habilitations_of(lea).await.unwrap(), [two, expected]);
}

/// Each once, those of other groups never; a forged key is an error.
pub async fn habilitations_of_a_group_come_in_pages_newest_first(store: &impl Records) {
    let lea = with_lea(store).await;
    for number in 1..=5 {
        let group = if number == 3 { "other" } else { "closed-data" };
        store
            .habilitate(&habilitation(number, lea, group))
            .await
            .unwrap();
    }
    let group = GroupCode::parse("closed-data").unwrap();
    let mut after = None;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = store
            .habilitations_in(&group, after, PageSize::clamped(2))
            .await
            .unwrap();
        seen.extend(page.rows.iter().map(|one| one.id.0.as_u128()));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(after, None);
    assert_eq!(seen, [5, 4, 2, 1]);
    let forged = store
        .habilitations_in(&group, Some("x' OR 1".to_owned()), PageSize::clamped(2))
        .await;
    assert!(forged.is_err());
}

/// Else a partner would meet two identifiers for one person.
pub async fn sixteen_racing_pseudonyms_get_one_record(store: &impl Records) {
    let lea = with_lea(store).await;
    let next = core::sync::atomic::AtomicU32::new(0);
    let answers = race(|| {
        let store = store.clone();
        let number = next.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
        async move {
            let key = format!("pairwise-{number}");
            store.pseudonym(lea, "moodle", &key, NOW).await.unwrap()
        }
    })
    .await;
    assert_eq!(answers.len(), 16);
    assert!(answers.iter().all(|one| *one == answers[0]));
    assert_eq!(answers[0].root, lea.0);
    let after = store
        .pseudonym(lea, "moodle", "late", later(1))
        .await
        .unwrap();
    assert_eq!(after, answers[0]);
}

/// A rotation of the key changes nobody's identifier; a new sector takes the new key.
pub async fn a_pseudonym_keeps_the_key_it_was_drawn_with(store: &impl Records) {
    let lea = with_lea(store).await;
    store.pseudonym(lea, "moodle", "old", NOW).await.unwrap();
    let kept = store
        .pseudonym(lea, "moodle", "new", later(1))
        .await
        .unwrap();
    assert_eq!(kept.key, "old");
    let other = store.pseudonym(lea, "pix", "new", later(1)).await.unwrap();
    assert_eq!(other.key, "new");
}
