use super::*;
use crate::random::{a_partner, day, line};
use portique_domain::partner::{Derogation, Reach, SubProcessor};

fn kinds(partner: &Partner) -> Vec<FaultKind> {
    faults(partner, day("2026-03-10"))
        .into_iter()
        .map(|fault| fault.kind)
        .collect()
}

fn abroad() -> Partner {
    let mut partner = a_partner();
    partner.legal.hosting = Country::parse("US");
    partner
}

#[test]
fn a_whole_partner_has_no_fault() {
    assert_eq!(kinds(&a_partner()), []);
}

/// each by itself.
#[test]
fn what_the_law_asks_for_blocks_leaving_the_trial() {
    type Spoil = fn(&mut Partner);
    let cases: [(Spoil, FaultKind); 10] = [
        (|p| p.legal.controller = None, FaultKind::NoController),
        (|p| p.legal.role = None, FaultKind::NoRole),
        (|p| p.legal.contract = None, FaultKind::NoContract),
        (
            |p| p.legal.contract_until = Some(day("2026-03-09")),
            FaultKind::ContractEnded,
        ),
        (|p| p.legal.basis = None, FaultKind::NoBasis),
        (|p| p.release.approved_by = None, FaultKind::NotApproved),
        (
            |p| p.release.approved_on = Some(day("2026-03-11")),
            FaultKind::NotApproved,
        ),
        (|p| p.legal.hosting = None, FaultKind::NoHosting),
        (|p| p.access.profiles.clear(), FaultKind::NoProfile),
        (
            |p| p.access.establishments = Reach::Only(vec![]),
            FaultKind::NoEstablishment,
        ),
    ];
    for (spoil, expected) in cases {
        let mut partner = a_partner();
        spoil(&mut partner);
        assert_eq!(kinds(&partner), [expected]);
        assert!(structure(&partner).is_empty());
        assert_eq!(blocking(&partner, day("2026-03-10")).len(), 1);
        partner.state = PartnerState::Trial;
        assert!(blocking(&partner, day("2026-03-10")).is_empty());
    }
}

#[test]
fn data_outside_the_union_need_a_dated_derogation() {
    assert_eq!(kinds(&abroad()), [FaultKind::OutsideTheUnion]);
    let mut partner = a_partner();
    partner.legal.sub_processors.push(SubProcessor {
        name: "Lointain SARL".to_owned(),
        country: Country::parse("GB").unwrap(),
    });
    let found = faults(&partner, day("2026-03-10"));
    assert_eq!(found[0].field, "legal.sub_processors.Lointain SARL");
    let mut partner = abroad();
    partner.legal.derogation = Some(Derogation {
        by: "DPD".to_owned(),
        on: day("2026-03-11"),
        reason: "données de test".to_owned(),
    });
    assert_eq!(kinds(&partner), [FaultKind::OutsideTheUnion]);
    partner.legal.derogation.as_mut().unwrap().on = day("2026-03-10");
    assert_eq!(kinds(&partner), []);
}

#[test]
fn faults_of_structure_are_refused_even_on_trial() {
    let oidc = |spoil: fn(&mut OidcBinding)| {
        let mut partner = a_partner();
        partner.state = PartnerState::Trial;
        spoil(partner.oidc.as_mut().unwrap());
        let found = blocking(&partner, day("2026-03-10"));
        found
            .into_iter()
            .map(|fault| fault.kind)
            .collect::<Vec<_>>()
    };
    assert_eq!(oidc(|o| o.redirect_uris.clear()), [FaultKind::NoRedirect]);
    assert_eq!(
        oidc(|o| {
            o.auth = ClientAuth::None;
            o.pkce_required = false;
        }),
        [FaultKind::PublicWithoutPkce]
    );
    for bad in ["", "a b", "a:b", "é", "x\u{7f}"] {
        let mut partner = a_partner();
        partner.oidc.as_mut().unwrap().client_id = bad.to_owned();
        assert_eq!(kinds(&partner), [FaultKind::ClientIdShape], "{bad}");
    }
    let mut partner = a_partner();
    partner.release.lines = vec![line(Attribute::Uai), line(Attribute::Uai)];
    assert_eq!(kinds(&partner), [FaultKind::AttributeTwice]);
    partner.release.lines.pop();
    partner.release.sector = "a\u{1f}b".to_owned();
    assert_eq!(kinds(&partner), [FaultKind::SectorShape]);
}

#[test]
fn t27_a_redirect_address_is_https_exact_and_whole() {
    let good = [
        "https://moodle.example.fr/admin/oauth2callback.php",
        "http://127.0.0.1:8765/retour",
        "http://[::1]:8765/retour",
        "http://app.localhost:8765/retour",
    ];
    for text in good {
        assert_eq!(address("oidc.redirect_uris", text), [], "{text}");
    }
    let bad = [
        ("http://moodle.example.fr/retour", FaultKind::AddressShape),
        ("http://127.0.0.1.evil.example/", FaultKind::AddressShape),
        ("http://localhost.evil.example/", FaultKind::AddressShape),
        ("javascript:alert(1)", FaultKind::AddressShape),
        ("/retour", FaultKind::AddressShape),
        ("https://a.example/\tx", FaultKind::AddressShape),
        ("https://a.example/é", FaultKind::AddressShape),
        ("https://*.example.fr/retour", FaultKind::AddressWildcard),
        ("https://a.example/retour#x", FaultKind::AddressFragment),
        ("https://a.example/retour#", FaultKind::AddressFragment),
        ("https://a@evil.example/", FaultKind::AddressLogin),
    ];
    for (text, kind) in bad {
        let found = address("oidc.redirect_uris", text);
        assert!(
            found.iter().any(|fault| fault.kind == kind),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn the_end_of_the_contract_is_announced_sixty_days_before() {
    let mut partner = a_partner();
    let today = day("2026-03-10");
    for (last, said) in [
        ("2026-05-09", true),
        ("2026-05-10", false),
        ("2026-03-10", true),
        ("2026-03-09", false),
    ] {
        partner.legal.contract_until = Some(day(last));
        assert_eq!(!notices(&partner, today).is_empty(), said, "{last}");
    }
    partner.legal.contract_until = None;
    assert_eq!(notices(&partner, today), [Notice::ContractWithoutEnd]);
}

#[test]
fn each_fault_has_a_code_of_its_own_and_says_what_to_do() {
    let mut codes: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), FaultKind::ALL.len());
    assert!(FaultKind::ALL.iter().all(|kind| !kind.remedy().is_empty()));
}
