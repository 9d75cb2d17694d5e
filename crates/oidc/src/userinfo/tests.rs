use super::*;
use proptest::prelude::*;
use serde_json::json;

fn released(pairs: &[(Attribute, &[&str])]) -> Vec<Released> {
    pairs
        .iter()
        .map(|(attribute, values)| Released {
            attribute: *attribute,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        })
        .collect()
}

fn read(scope: &str, released: &[Released]) -> Value {
    serde_json::from_str(&body("p", &Scopes::parse(scope), released)).unwrap()
}

#[test]
fn each_attribute_has_its_claim() {
    let all = released(&[
        (Attribute::GivenName, &["Élio"]),
        (Attribute::FamilyName, &["Noé"]),
        (Attribute::Email, &["e@example.org"]),
        (Attribute::SyntheticUsername, &["p"]),
        (Attribute::Login, &["elio.noe"]),
        (Attribute::Profile, &["National_1"]),
        (Attribute::Uai, &["0310000A", "0310001B"]),
        (Attribute::EstablishmentName, &["Collège A"]),
        (Attribute::Classes, &["6A"]),
        (Attribute::Groups, &["closed-data"]),
        (Attribute::Child, &["q"]),
        (Attribute::BirthDate, &["2014-02-03"]),
    ]);
    assert_eq!(
        read("openid profile email", &all),
        json!({
            "sub": "p", "given_name": "Élio", "family_name": "Noé", "name": "Élio Noé",
            "email": "e@example.org", "email_verified": true, "preferred_username": "p",
            "birthdate": "2014-02-03", "ent_login": "elio.noe", "ent_profiles": ["National_1"],
            "ent_uai": ["0310000A", "0310001B"], "ent_establishments": ["Collège A"],
            "ent_classes": ["6A"], "groups": ["closed-data"], "ent_child": "q",
        })
    );
    let ent = read("openid ent", &all);
    assert!(ent.get("given_name").is_none() && ent.get("email").is_none());
    assert_eq!(ent["ent_classes"], json!(["6A"]));
    assert_eq!(read("openid", &all), json!({"sub": "p"}));
}

#[test]
fn a_name_is_whole_or_not_there() {
    let given = released(&[(Attribute::GivenName, &["Élio"])]);
    assert_eq!(
        read("openid profile", &given),
        json!({"sub": "p", "given_name": "Élio"})
    );
}

#[test]
fn no_claim_is_empty() {
    let empty = released(&[
        (Attribute::GivenName, &[""]),
        (Attribute::FamilyName, &["  "]),
        (Attribute::Email, &[]),
        (Attribute::Uai, &["", " "]),
        (Attribute::Classes, &["", "6A"]),
    ]);
    assert_eq!(
        read("openid profile email ent", &empty),
        json!({"sub": "p", "ent_classes": ["6A"]})
    );
}

#[test]
fn a_synthetic_address_is_never_called_verified_and_gives_way_to_a_real_one() {
    let synthetic = (Attribute::SyntheticEmail, &["p@noreply.example"][..]);
    assert_eq!(
        read("openid email", &released(&[synthetic])),
        json!({"sub": "p", "email": "p@noreply.example", "email_verified": false})
    );
    let both = released(&[synthetic, (Attribute::Email, &["e@example.org"])]);
    assert_eq!(
        read("openid email", &both),
        json!({"sub": "p", "email": "e@example.org", "email_verified": true})
    );
}

#[test]
fn every_attribute_of_the_catalogue_has_a_line() {
    for attribute in Attribute::ALL {
        assert_eq!(
            LINES
                .iter()
                .filter(|line| line.attribute == *attribute)
                .count(),
            1
        );
    }
}

proptest! {
    #[test]
    fn only_released_values_leave_whatever_the_scopes(
        picked in proptest::collection::vec((0..Attribute::ALL.len(), ".{0,8}"), 0..12),
        scope in "(openid|profile|email|ent|groups|all| ){0,8}",
    ) {
        let released: Vec<Released> = picked
            .iter()
            .map(|(index, value)| Released {
                attribute: Attribute::ALL[*index],
                values: vec![value.clone()],
            })
            .collect();
        let out = claims("p", &Scopes::parse(&scope), &released);
        let scopes = Scopes::parse(&scope);
        for (name, value) in &out {
            let known = |text: &str| released.iter().any(|r| r.values.iter().any(|v| v.trim() == text));
            let fine = match (name.as_str(), value) {
                ("sub", Value::String(text)) => text == "p",
                ("name", _) => out.contains_key("given_name") && out.contains_key("family_name"),
                ("email_verified", Value::Bool(_)) => out.contains_key("email"),
                (_, Value::String(text)) => !text.is_empty() && known(text),
                (_, Value::Array(texts)) => {
                    !texts.is_empty() && texts.iter().all(|t| known(t.as_str().unwrap()))
                }
                _ => false,
            };
            prop_assert!(fine, "{}", name);
            // Each claim comes from an attribute that the receipt names.
            let told = LINES.iter().any(|l| l.claim == name && lets_through(&scopes, l.attribute));
            prop_assert!(told || ["sub", "name", "email_verified"].contains(&name.as_str()));
        }
    }
}
