//! Partners.

use portique_domain::CivilDate;
use portique_domain::identity::Profile;
use portique_domain::partner::{
    AccessRule, Attribute, ClientAuth, Controller, Country, IdTokenAlg, Legal, LegalBasis,
    OidcBinding, Partner, PartnerId, PartnerState, ProcessorRole, Purpose, Reach, ReleaseLine,
    ReleasePolicy, SubjectKind,
};

/// A line of a release policy.
pub fn release_line(attribute: Attribute) -> ReleaseLine {
    ReleaseLine {
        attribute,
        purpose: Purpose::Pedagogy,
        justification: "Retrouver son travail.".to_owned(),
        required: false,
    }
}

/// A partner that is open to pupils, relatives and teachers everywhere, lacks nothing, and receives the
/// first name. Its client id is its id.
pub fn partner(id: &str) -> Partner {
    Partner {
        id: PartnerId::parse(id).unwrap(),
        name: format!("Application {id}"),
        description: "Une application inventée.".to_owned(),
        provider: "Éditions du Causse".to_owned(),
        launch: Some(format!("https://{id}.example.fr/")),
        state: PartnerState::Open,
        legal: Legal {
            controller: Some(Controller::HeadOfEstablishment),
            joint: Vec::new(),
            role: Some(ProcessorRole::Processor),
            basis: Some(LegalBasis::PublicTask),
            references: String::new(),
            contract: Some("2025-117".to_owned()),
            contract_until: CivilDate::new(2027, 8, 31).ok(),
            hosting: Country::parse("FR"),
            sub_processors: Vec::new(),
            derogation: None,
        },
        access: AccessRule {
            profiles: vec![Profile::Pupil, Profile::Relative, Profile::Teacher],
            establishments: Reach::All,
            groups: Vec::new(),
            testers: Vec::new(),
        },
        release: ReleasePolicy {
            subject: SubjectKind::Short,
            sector: String::new(),
            lines: vec![release_line(Attribute::GivenName)],
            approved_by: Some("Déléguée à la protection des données".to_owned()),
            approved_on: CivilDate::new(2025, 8, 25).ok(),
        },
        oidc: Some(OidcBinding {
            client_id: id.to_owned(),
            auth: ClientAuth::Secret,
            secrets: Vec::new(),
            redirect_uris: vec![format!("https://{id}.example.fr/retour")],
            post_logout_redirect_uris: Vec::new(),
            pkce_required: true,
            id_token_alg: IdTokenAlg::Rs256,
            backchannel_logout_uri: None,
        }),
        events: None,
    }
}
