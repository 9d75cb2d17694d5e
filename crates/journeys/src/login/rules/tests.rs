use super::*;
use crate::ports::Entropy;
use std::sync::atomic::{AtomicU64, Ordering};

fn lists() -> WordLists {
    WordLists::new(
        include_str!("../../../../../config/wordlists/mots.txt"),
        include_str!("../../../../../config/wordlists/courants.txt"),
    )
    .unwrap()
}

#[derive(Debug)]
struct Steps(AtomicU64);

impl Entropy for Steps {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut x = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = x.to_le_bytes()[7];
        }
    }
}

/// Pages never say these, and a password that is proposed stands on a page.
#[test]
fn the_list_has_no_word_that_pages_never_say() {
    let list = include_str!("../../../../../config/wordlists/mots.txt");
    for word in ["jeton", "assertion", "token", "fédération"] {
        assert!(!list.lines().any(|line| line.trim() == word), "{word}");
    }
}

#[test]
fn the_list_gives_twelve_bits_a_word() {
    let lists = lists();
    assert!((small(WORDS).log2() - 12.0).abs() < f64::EPSILON);
    let phrase = lists.phrase(PasswordPolicy::Users, &Steps(AtomicU64::new(1)));
    let by_word = phrase_bits(&phrase, &lists);
    assert!((by_word - 54.64).abs() < 0.01, "{by_word}");
    let strong = lists.phrase(PasswordPolicy::Powers, &Steps(AtomicU64::new(1)));
    assert!(phrase_bits(&strong, &lists) > 84.0);
}

#[test]
fn nearly_every_phrase_drawn_passes_the_meter_that_guards_the_door() {
    let lists = lists();
    let entropy = Steps(AtomicU64::new(7));
    let passed = (0..500)
        .filter(|_| {
            bits(&lists.phrase(PasswordPolicy::Users, &entropy), &lists)
                >= PasswordPolicy::Users.bits()
        })
        .count();
    assert!(passed >= 450, "{passed} of 500");
}

#[test]
fn the_cnil_examples_measure_as_computed() {
    let lists = lists();
    let near = |password: &str, expected: f64| {
        let found = bits(password, &lists);
        assert!((found - expected).abs() < 0.2, "{password}: {found}");
    };
    near("kX9f2QvTz", 53.6);
    near("xK7$qW9!", 53.0);
    near("kX9f2QvT", 47.6);
    near("vX7$qZ9!kT2&", 79.6);
}

#[test]
fn what_everybody_tries_first_is_refused() {
    let lists = lists();
    let own = OwnWords {
        first: "Léa".into(),
        names: vec!["Marchais".into()],
        login: "lea.marchais".into(),
        places: vec!["Collège Odette-Verlande".into(), "Rochelune".into()],
        dates: vec!["14032015".into(), "140315".into()],
    };
    let complaint =
        |password: &str| measure(password, PasswordPolicy::Users, &own, &lists).complaint;
    assert_eq!(complaint(""), Some(Complaint::Empty));
    assert_eq!(complaint("   "), Some(Complaint::Empty));
    assert_eq!(complaint("azertyuiop"), Some(Complaint::Common));
    assert_eq!(complaint("Mot de passe"), Some(Complaint::Common));
    assert_eq!(complaint("xk7!LEAqz$93pl"), Some(Complaint::FirstName));
    assert_eq!(complaint("marchais!qz$93pl"), Some(Complaint::Name));
    assert_eq!(complaint("rochelune!qz$93pl"), Some(Complaint::Place));
    assert_eq!(complaint("qz$93pl-14/03/2015"), Some(Complaint::BirthDate));
    assert_eq!(complaint("aaaaaaaaaaaaaaaa"), Some(Complaint::Weak));
    assert_eq!(complaint("soleil12345"), Some(Complaint::Weak));
    assert_eq!(complaint("xK7$qW9!"), None);
    assert_eq!(complaint(&"a".repeat(5000)), Some(Complaint::TooLong));
}

#[test]
fn words_outside_our_list_do_not_count_as_drawn_letter_by_letter() {
    let lists = lists();
    let powers = |password: &str| {
        measure(
            password,
            PasswordPolicy::Powers,
            &OwnWords::default(),
            &lists,
        )
        .complaint
    };
    assert_eq!(powers("tortue lampion violette 42"), Some(Complaint::Weak));
    assert_eq!(
        powers("anticonstitutionnellement hippopotame 42"),
        Some(Complaint::Weak)
    );
}
