//! Mail addresses.

use super::records::{Records, of, race, with_lea};
use crate::build::{NOW, TOULOUSE, digest, id, later};
use portique_domain::identity::{MailAddress, PersonId};
use portique_store::StoreError;
use portique_store::records::{Contact, Offered, Verified, VerifiedMail};

fn mail(text: &str) -> MailAddress {
    text.parse().unwrap()
}

fn offered(text: &str, code: u8) -> Offered {
    Offered {
        address: mail(text),
        code: digest(code),
        at: NOW,
        expires_at: later(15),
    }
}

/// It waits, it is verified, and what was verified stays until another one is.
pub async fn an_address_is_in_force_once_its_code_was_shown(store: &impl Records) {
    let lea = with_lea(store).await;
    assert_eq!(store.contact(lea).await.unwrap(), Contact::default());
    let first = offered("Lea@Exemple.fr", 1);
    store.offer_mail(lea, &first).await.unwrap();
    let waiting = store.contact(lea).await.unwrap();
    assert_eq!(waiting.offered, Some(first.clone()));
    assert_eq!(waiting.verified, None);
    let people = store.people_of_mail(&first.address).await.unwrap();
    assert!(people.is_empty(), "what waits is not found");
    assert_eq!(store.verify_mail(lea, &digest(9), NOW).await.unwrap(), None);
    let proven = store.verify_mail(lea, &digest(1), later(1)).await.unwrap();
    let expected = VerifiedMail {
        address: first.address.clone(),
        former: None,
    };
    assert_eq!(proven, Some(expected));
    let again = store.verify_mail(lea, &digest(1), later(1)).await.unwrap();
    assert_eq!(again, None, "a code is spent");
    let in_force = Verified {
        address: first.address.clone(),
        at: later(1),
    };
    let second = offered("autre@exemple.fr", 2);
    store.offer_mail(lea, &second).await.unwrap();
    let both = store.contact(lea).await.unwrap();
    assert_eq!(both.verified, Some(in_force));
    assert_eq!(both.offered, Some(second));
    let proven = store.verify_mail(lea, &digest(2), later(2)).await.unwrap();
    let expected = VerifiedMail {
        address: mail("autre@exemple.fr"),
        former: Some(first.address),
    };
    assert_eq!(proven, Some(expected));
}

/// Exactly at its end, and at once when another address is given.
pub async fn a_code_of_a_mail_ends_to_the_millisecond_and_with_the_next(store: &impl Records) {
    let lea = with_lea(store).await;
    store
        .offer_mail(lea, &offered("a@exemple.fr", 1))
        .await
        .unwrap();
    let late = store.verify_mail(lea, &digest(1), later(15)).await.unwrap();
    assert_eq!(late, None);
    store
        .offer_mail(lea, &offered("b@exemple.fr", 2))
        .await
        .unwrap();
    let stopped = store.verify_mail(lea, &digest(1), NOW).await.unwrap();
    assert_eq!(stopped, None);
    let last = later(15).minus(core::time::Duration::from_millis(1));
    let proven = store.verify_mail(lea, &digest(2), last).await.unwrap();
    assert_eq!(proven.unwrap().address, mail("b@exemple.fr"));
}

/// In whatever case; what is removed is found no more.
pub async fn accounts_share_an_address(store: &impl Records) {
    let lea = with_lea(store).await;
    let zoe = of(store, TOULOUSE, "t1").await;
    for (person, text, code) in [(lea, "foyer@exemple.fr", 1), (zoe, "Foyer@Exemple.FR", 2)] {
        store
            .offer_mail(person, &offered(text, code))
            .await
            .unwrap();
        store
            .verify_mail(person, &digest(code), NOW)
            .await
            .unwrap()
            .unwrap();
    }
    let mut both = vec![lea, zoe];
    both.sort_unstable();
    let address = mail("FOYER@exemple.fr");
    assert_eq!(store.people_of_mail(&address).await.unwrap(), both);
    let removed = store.remove_mail(lea).await.unwrap();
    assert_eq!(removed.verified.unwrap().address, mail("foyer@exemple.fr"));
    assert_eq!(store.contact(lea).await.unwrap(), Contact::default());
    assert_eq!(store.people_of_mail(&address).await.unwrap(), [zoe]);
    let nothing = store.remove_mail(lea).await.unwrap();
    assert_eq!(nothing, Contact::default());
}

/// Of sixteen who show one code, one is told that it holds.
pub async fn sixteen_racing_mail_codes_have_one_winner(store: &impl Records) {
    let lea = with_lea(store).await;
    store
        .offer_mail(lea, &offered("a@exemple.fr", 1))
        .await
        .unwrap();
    let answers = race(|| {
        let store = store.clone();
        async move { store.verify_mail(lea, &digest(1), NOW).await.unwrap() }
    })
    .await;
    assert_eq!(answers.iter().flatten().count(), 1);
}

/// Nobody is written to who is not there.
pub async fn an_address_needs_its_person(store: &impl Records) {
    with_lea(store).await;
    let nobody = store
        .offer_mail(PersonId(id(99)), &offered("a@exemple.fr", 1))
        .await;
    assert!(matches!(nobody, Err(StoreError::Conflict(_))));
}
