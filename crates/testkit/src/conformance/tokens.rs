//! The promises of access tokens.

use super::live::{NOW, RACERS, digest, person};
use core::time::Duration;
use portique_domain::Timestamp;
use portique_domain::partner::Attribute;
use portique_domain::resource::ResourceId;
use portique_domain::session::Digest;
use portique_store::live::{AccessToken, AccessTokens};
use std::sync::Arc;
use uuid::Uuid;

/// Runs the whole suite, each part on a store of its own.
pub async fn all<L>(make: impl Fn() -> L)
where
    L: AccessTokens + 'static,
{
    tokens_are_found_until_they_expire(&make()).await;
    tokens_close_with_their_session(&make()).await;
    a_family_closes_what_it_has_and_what_still_comes(&make()).await;
    a_family_closed_first_takes_in_nothing(&make()).await;
    a_family_opens_again_once_its_closing_is_over(&make()).await;
    racing_closing_and_keeping_leave_nothing(Arc::new(make())).await;
}

/// A token of a family, under a session, for twenty minutes.
pub fn token(family: u16, session: u16) -> AccessToken {
    AccessToken {
        session: Uuid::from_u128(0x5e_0000 + u128::from(session)),
        person: person(1),
        partner: "partner".to_owned(),
        family: digest(family),
        scope: "openid profile".to_owned(),
        child: Some(person(2)),
        released: vec![Attribute::GivenName, Attribute::Uai],
        resource: ResourceId::parse("ark:/99999/livre"),
        establishment: "0310001A".parse().ok(),
        expires_at: at(20),
    }
}

fn at(minutes: u64) -> Timestamp {
    NOW.plus(Duration::from_mins(minutes))
}

async fn is_there<L: AccessTokens>(store: &L, number: u16) -> bool {
    let found = store.find_token(&digest(number), NOW).await.unwrap();
    found.is_some()
}

async fn keep<L: AccessTokens>(store: &L, number: u16, token: &AccessToken) {
    assert!(store.keep_token(&digest(number), token).await.unwrap());
}

async fn tokens_are_found_until_they_expire<L: AccessTokens>(store: &L) {
    let kept = token(900, 1);
    assert!(store.keep_token(&digest(1), &kept).await.unwrap());
    let childless = AccessToken {
        child: None,
        ..token(900, 1)
    };
    assert!(store.keep_token(&digest(2), &childless).await.unwrap());
    let found = store.find_token(&digest(1), at(19)).await.unwrap();
    assert_eq!(found, Some(kept));
    let found = store.find_token(&digest(2), at(19)).await.unwrap();
    assert_eq!(found, Some(childless));
    assert_eq!(store.find_token(&digest(1), at(20)).await.unwrap(), None);
    assert_eq!(store.find_token(&digest(3), NOW).await.unwrap(), None);
}

async fn tokens_close_with_their_session<L: AccessTokens>(store: &L) {
    for (number, session) in [(1, 1), (2, 1), (3, 2)] {
        keep(store, number, &token(900 + number, session)).await;
    }
    let session = token(901, 1).session;
    assert_eq!(store.close_tokens_of(session).await.unwrap(), 2);
    assert!(!is_there(store, 1).await && !is_there(store, 2).await);
    assert!(is_there(store, 3).await);
    assert_eq!(store.close_tokens_of(session).await.unwrap(), 0);
    // A session's end says nothing about the family.
    let again = store.keep_token(&digest(4), &token(901, 3)).await.unwrap();
    assert!(again && is_there(store, 4).await);
}

async fn a_family_closes_what_it_has_and_what_still_comes<L: AccessTokens>(store: &L) {
    for (number, family) in [(1, 900), (2, 900), (3, 901)] {
        keep(store, number, &token(family, 1)).await;
    }
    let family = digest(900);
    assert_eq!(store.close_family(&family, at(30)).await.unwrap(), 2);
    assert!(!is_there(store, 1).await && !is_there(store, 2).await);
    assert!(is_there(store, 3).await);
    assert!(!store.keep_token(&digest(4), &token(900, 1)).await.unwrap());
    assert!(!is_there(store, 4).await);
    assert_eq!(store.close_family(&family, at(30)).await.unwrap(), 0);
    // What closed by its family is not counted again with its session.
    let session = token(900, 1).session;
    assert_eq!(store.close_tokens_of(session).await.unwrap(), 1);
}

async fn a_family_closed_first_takes_in_nothing<L: AccessTokens>(store: &L) {
    assert_eq!(store.close_family(&digest(900), at(30)).await.unwrap(), 0);
    assert!(!store.keep_token(&digest(1), &token(900, 1)).await.unwrap());
    assert!(!is_there(store, 1).await);
    assert!(store.keep_token(&digest(2), &token(901, 1)).await.unwrap());
}

async fn a_family_opens_again_once_its_closing_is_over<L: AccessTokens>(store: &L) {
    let family = digest(900);
    store.close_family(&family, at(30)).await.unwrap();
    // A shorter closing does not cut a longer one.
    store.close_family(&family, at(10)).await.unwrap();
    let late = AccessToken {
        expires_at: at(60),
        ..token(900, 1)
    };
    store.find_token(&digest(9), at(29)).await.unwrap();
    assert!(!store.keep_token(&digest(1), &late).await.unwrap());
    store.find_token(&digest(9), at(30)).await.unwrap();
    assert!(store.keep_token(&digest(1), &late).await.unwrap());
}

async fn racing_closing_and_keeping_leave_nothing<L: AccessTokens + 'static>(store: Arc<L>) {
    let racers = (0..RACERS).map(|number| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            if number == RACERS / 2 {
                store.close_family(&digest(900), at(30)).await.unwrap();
            } else {
                let own: Digest = digest(u16::try_from(number).unwrap());
                store.keep_token(&own, &token(900, 1)).await.unwrap();
            }
        })
    });
    for racer in racers.collect::<Vec<_>>() {
        racer.await.unwrap();
    }
    for number in 0..RACERS {
        assert!(!is_there(&*store, u16::try_from(number).unwrap()).await);
    }
}
