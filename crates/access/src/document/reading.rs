//! From the raw file to the words of the domain.

use super::raw::{RawAccess, RawEvents, RawLegal, RawLine, RawOidc, RawPartner, RawRelease, Text};
use super::values::{Read, SHAPE, codes, own};
use portique_domain::partner::{
    AccessRule, Attribute, ClientAuth, Controller, Derogation, EventsBinding, GroupCode,
    IdTokenAlg, Legal, LegalBasis, OidcBinding, Partner, PartnerEvent, PartnerId, PartnerState,
    ProcessorRole, Purpose, Reach, ReleaseLine, ReleasePolicy, SubProcessor, SubjectKind,
};

/// The word for all establishments of the instance.
pub(super) const ALL: &str = "tous";
/// The words for the controllers that depend on the person.
pub(super) const HEAD: &str = "chef-etablissement";
pub(super) const ACADEMY: &str = "autorite-academique";
pub(super) const NAMED: &str = "autre";

/// Reads against the text, for its lines.
pub(crate) struct Reading<'a> {
    pub(crate) text: &'a str,
}

impl Reading<'_> {
    pub(super) fn partner(&self, raw: &RawPartner) -> Read<Partner> {
        Ok(Partner {
            id: self.word("id", &raw.id, PartnerId::parse, SHAPE)?,
            name: self.words("name", &raw.name, 80)?,
            description: self.free("description", &raw.description, 300)?,
            provider: self.words("provider", &raw.provider, 120)?,
            launch: raw.launch.as_ref().map(own),
            state: self.state(raw)?,
            legal: self.legal(&raw.legal)?,
            access: self.access(&raw.access)?,
            release: self.release(&raw.release)?,
            oidc: raw.oidc.as_ref().map(|raw| self.oidc(raw)).transpose()?,
            events: raw
                .events
                .as_ref()
                .map(|raw| self.events(raw))
                .transpose()?,
        })
    }

    fn state(&self, raw: &RawPartner) -> Read<PartnerState> {
        let state = match raw.state.get_ref().as_str() {
            "essai" => PartnerState::Trial,
            "ouvert" => PartnerState::Open,
            "ouvert-a-un-etablissement" => {
                let uai = raw.open_to.as_ref().ok_or_else(|| {
                    let remedy = "Name the one establishment: open_to = \"0310001A\"";
                    self.error("open_to", &raw.state, "this key is missing", remedy)
                })?;
                return Ok(PartnerState::OpenTo(self.uai("open_to", uai)?));
            }
            _ => {
                let remedy = "Write essai, ouvert-a-un-etablissement or ouvert";
                return Err(self.error("state", &raw.state, "no such state", remedy));
            }
        };
        if let Some(open_to) = &raw.open_to {
            let remedy = "Remove it, or write state = \"ouvert-a-un-etablissement\"";
            return Err(self.error(
                "open_to",
                open_to,
                "this state names no establishment",
                remedy,
            ));
        }
        Ok(state)
    }

    fn legal(&self, raw: &RawLegal) -> Read<Legal> {
        let basis = |text: &Text| {
            self.code(
                "legal.basis",
                text,
                LegalBasis::from_code,
                &codes(LegalBasis::ALL, LegalBasis::code),
            )
        };
        let role = |text: &Text| {
            self.code(
                "legal.role",
                text,
                ProcessorRole::from_code,
                &codes(ProcessorRole::ALL, ProcessorRole::code),
            )
        };
        Ok(Legal {
            controller: self.controller(raw)?,
            joint: self.each("legal.joint", &raw.joint, |text| {
                self.words("legal.joint", text, 120)
            })?,
            role: raw.role.as_ref().map(role).transpose()?,
            basis: raw.basis.as_ref().map(basis).transpose()?,
            references: self
                .optional("legal.references", raw.references.as_ref(), 2000)?
                .unwrap_or_default(),
            contract: self.optional("legal.contract", raw.contract.as_ref(), 120)?,
            contract_until: raw
                .contract_until
                .as_ref()
                .map(|day| self.day("legal.contract_until", day))
                .transpose()?,
            hosting: raw
                .hosting
                .as_ref()
                .map(|code| self.country("legal.hosting", code))
                .transpose()?,
            sub_processors: raw
                .sub_processors
                .iter()
                .map(|one| {
                    Ok(SubProcessor {
                        name: self.words("legal.sub_processors.name", &one.name, 120)?,
                        country: self.country("legal.sub_processors.country", &one.country)?,
                    })
                })
                .collect::<Read<_>>()?,
            derogation: raw
                .derogation
                .as_ref()
                .map(|one| {
                    Ok(Derogation {
                        by: self.words("legal.derogation.by", &one.by, 120)?,
                        on: self.day("legal.derogation.on", &one.on)?,
                        reason: self.words("legal.derogation.reason", &one.reason, 500)?,
                    })
                })
                .transpose()?,
        })
    }

    fn controller(&self, raw: &RawLegal) -> Read<Option<Controller>> {
        let Some(controller) = &raw.controller else {
            return match &raw.controller_name {
                None => Ok(None),
                Some(name) => Err(self.error(
                    "legal.controller_name",
                    name,
                    "a name without a kind",
                    "Add controller = \"autre\"",
                )),
            };
        };
        match (controller.get_ref().as_str(), &raw.controller_name) {
            (HEAD, None) => Ok(Some(Controller::HeadOfEstablishment)),
            (ACADEMY, None) => Ok(Some(Controller::Academy)),
            (NAMED, Some(name)) => {
                let name = self.words("legal.controller_name", name, 120)?;
                Ok(Some(Controller::Named(name)))
            }
            (NAMED, None) => Err(self.error(
                "legal.controller_name",
                controller,
                "this key is missing",
                "Say who: controller_name = \"Région Occitanie\"",
            )),
            (HEAD | ACADEMY, Some(name)) => Err(self.error(
                "legal.controller_name",
                name,
                "this controller has its own name",
                "Remove it, or write controller = \"autre\"",
            )),
            _ => Err(self.error(
                "legal.controller",
                controller,
                "no such controller",
                "Write chef-etablissement, autorite-academique or autre",
            )),
        }
    }

    fn access(&self, raw: &RawAccess) -> Read<AccessRule> {
        let profile = |text: &Text| {
            let parse = |text: &str| text.parse().ok();
            self.word(
                "access.profiles",
                text,
                parse,
                "Write a national profile, such as National_ELV",
            )
        };
        let group = |text: &Text| self.word("access.groups", text, GroupCode::parse, SHAPE);
        let tester = |text: &Text| {
            let parse = |text: &str| text.parse().ok();
            self.word(
                "access.testers",
                text,
                parse,
                "Write a login, such as lea.marchais",
            )
        };
        Ok(AccessRule {
            profiles: self.each("access.profiles", &raw.profiles, profile)?,
            establishments: self.reach(raw)?,
            groups: self.each("access.groups", &raw.groups, group)?,
            testers: self.each("access.testers", &raw.testers, tester)?,
        })
    }

    fn reach(&self, raw: &RawAccess) -> Read<Reach> {
        let list = raw.establishments.get_ref();
        if let [only] = list.as_slice()
            && only.get_ref() == ALL
        {
            return Ok(Reach::All);
        }
        self.each("access.establishments", list, |text| {
            self.uai("access.establishments", text)
        })
        .map(Reach::Only)
    }

    fn release(&self, raw: &RawRelease) -> Read<ReleasePolicy> {
        let subject = |text: &Text| {
            let parse = |code: &str| {
                [SubjectKind::Short, SubjectKind::Gar128]
                    .into_iter()
                    .find(|kind| kind.code() == code)
            };
            self.word("release.subject", text, parse, "Write short or gar128")
        };
        Ok(ReleasePolicy {
            subject: raw
                .subject
                .as_ref()
                .map_or(Ok(SubjectKind::Short), subject)?,
            sector: raw.sector.as_ref().map(own).unwrap_or_default(),
            lines: raw
                .attributes
                .iter()
                .map(|line| self.line(line))
                .collect::<Read<_>>()?,
            approved_by: self.optional("release.approved_by", raw.approved_by.as_ref(), 120)?,
            approved_on: raw
                .approved_on
                .as_ref()
                .map(|day| self.day("release.approved_on", day))
                .transpose()?,
        })
    }

    fn line(&self, raw: &RawLine) -> Read<ReleaseLine> {
        let attributes = codes(Attribute::ALL, Attribute::code);
        let purposes = codes(Purpose::ALL, Purpose::code);
        Ok(ReleaseLine {
            attribute: self.code(
                "release.attributes.attribute",
                &raw.attribute,
                Attribute::from_code,
                &attributes,
            )?,
            purpose: self.code(
                "release.attributes.purpose",
                &raw.purpose,
                Purpose::from_code,
                &purposes,
            )?,
            justification: self.words(
                "release.attributes.justification",
                &raw.justification,
                500,
            )?,
            required: raw.required,
        })
    }

    fn events(&self, raw: &RawEvents) -> Read<EventsBinding> {
        let list = codes(PartnerEvent::ALL, PartnerEvent::code);
        Ok(EventsBinding {
            address: own(&raw.address),
            which: self.each("events.which", &raw.which, |text| {
                self.code("events.which", text, PartnerEvent::from_code, &list)
            })?,
        })
    }

    fn oidc(&self, raw: &RawOidc) -> Read<OidcBinding> {
        let auth = |text: &Text| {
            let parse = |code: &str| match code {
                "secret" => Some(ClientAuth::Secret),
                "none" => Some(ClientAuth::None),
                _ => None,
            };
            self.word("oidc.auth", text, parse, "Write secret or none")
        };
        let alg = |text: &Text| {
            let parse = |name: &str| {
                [IdTokenAlg::Rs256, IdTokenAlg::Es256]
                    .into_iter()
                    .find(|alg| alg.name() == name)
            };
            self.word("oidc.id_token_alg", text, parse, "Write RS256 or ES256")
        };
        Ok(OidcBinding {
            client_id: own(&raw.client_id),
            auth: raw.auth.as_ref().map_or(Ok(ClientAuth::Secret), auth)?,
            secrets: Vec::new(),
            redirect_uris: raw.redirect_uris.iter().map(own).collect(),
            post_logout_redirect_uris: raw.post_logout_redirect_uris.iter().map(own).collect(),
            pkce_required: raw.pkce_required,
            id_token_alg: raw
                .id_token_alg
                .as_ref()
                .map_or(Ok(IdTokenAlg::Rs256), alg)?,
            backchannel_logout_uri: raw.backchannel_logout_uri.as_ref().map(own),
        })
    }
}
