use super::*;
use proptest::prelude::*;

prop_compose! {
    fn any_grant()(
        text in ".{0,40}",
        challenge in proptest::option::of(any::<[u8; 32]>()),
        nonce in proptest::option::of(".{1,40}"),
        ids in any::<[u128; 3]>(),
        with_child in any::<bool>(),
        two in any::<bool>(),
        times in any::<[i64; 2]>(),
        scope in "(openid|profile|email|ent| ){0,6}",
    ) -> CodeGrant {
        use base64::Engine as _;
        let encode = |bytes| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        CodeGrant {
            partner: PartnerId::parse("moodle-1").unwrap(),
            client_id: text.clone(),
            redirect_uri: text,
            challenge: challenge.map(|bytes: [u8; 32]| Challenge::parse(&encode(bytes)).unwrap()),
            nonce,
            scopes: Scopes::parse(&scope),
            person: PersonId(Uuid::from_u128(ids[0])),
            session: Uuid::from_u128(ids[1]),
            authenticated_at: Timestamp::from_millis(times[0]),
            level: if two { Level::Two } else { Level::One },
            child: with_child.then_some(PersonId(Uuid::from_u128(ids[2]))),
            issued_at: Timestamp::from_millis(times[1]),
        }
    }
}

proptest! {
    #[test]
    fn a_grant_reads_back_as_it_was(grant in any_grant()) {
        let bytes = grant.to_bytes().unwrap();
        prop_assert_eq!(CodeGrant::from_bytes(&bytes), Ok(grant));
    }

    #[test]
    fn t30_a_stored_challenge_is_never_lost_in_silence(grant in any_grant(), junk in "[^\"\\\\]{0,42}") {
        let mut row: serde_json::Value = serde_json::from_slice(&grant.to_bytes().unwrap()).unwrap();
        row["challenge"] = junk.into();
        let bytes = serde_json::to_vec(&row).unwrap();
        prop_assert_eq!(CodeGrant::from_bytes(&bytes), Err(BadGrant));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(CodeGrant::from_bytes(&bytes).is_err());
    }
}
