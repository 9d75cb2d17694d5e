//! What keeps a partner from being written, and what keeps it on trial.

use portique_domain::CivilDate;
use portique_domain::partner::{
    Attribute, ClientAuth, Country, Legal, OidcBinding, Partner, PartnerState,
};
use url::{Host, Url};

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $what:literal, $remedy:literal;)+) => {
        /// What can be wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind { $($(#[$doc])* $kind,)+ }

        impl FaultKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind,)+];

            /// The stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)+ }
            }

            /// What is wrong, in words.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$kind => $what,)+ }
            }

            /// What to do about it.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$kind => $remedy,)+ }
            }
        }
    };
}

kinds! {
    /// An attribute stands twice in the policy.
    AttributeTwice = "attribute-twice", "an attribute stands twice", "Keep one line for each attribute";
    /// A line of the policy says not why.
    NoJustification = "no-justification", "a line says not why the partner needs the attribute", "Write the justification that people will read";
    /// The sector has another shape.
    SectorShape = "sector-shape", "the sector is not 1 to 128 letters, digits, `_`, `-` or `.`", "Write another sector, or none";
    /// The client id has another shape.
    ClientIdShape = "client-id-shape", "the client id is not 1 to 128 printable ASCII characters without spaces or colons", "Choose another client id";
    /// There is no redirect address.
    NoRedirect = "no-redirect", "there is no redirect address", "Name the exact address that the client is sent back to";
    /// An address cannot be used.
    AddressShape = "address-shape", "this is not an absolute https address (http only on loopback)", "Write https://… in full";
    /// An address has a fragment.
    AddressFragment = "address-fragment", "an address has a fragment", "Remove what follows the #";
    /// An address has a wildcard.
    AddressWildcard = "address-wildcard", "an address has a wildcard", "Write each address in full: they are compared exactly";
    /// An address has a login in it.
    AddressLogin = "address-login", "an address has a login or password in it", "Remove it";
    /// An address for events, and no event.
    NoEvent = "no-event", "there is an address for events and no event to tell", "Name at least one: depart, retour, mouvement or effacement";
    /// A public client without PKCE.
    PublicWithoutPkce = "public-without-pkce", "a client without a secret must use PKCE", "Set pkce_required = true, or auth = \"secret\"";
    /// No controller.
    NoController = "no-controller", "nobody answers for the data", "Name the controller (R-01)";
    /// No role.
    NoRole = "no-role", "the partner's role is not said", "Write sous-traitant, responsable-distinct or responsable-conjoint (R-10)";
    /// No contract.
    NoContract = "no-contract", "there is no reference of a contract", "Write the contract's reference (R-10)";
    /// The contract has ended.
    ContractEnded = "contract-ended", "the contract has ended", "Renew it and write its new end";
    /// No legal basis.
    NoBasis = "no-basis", "there is no legal basis", "Write the basis, mission-publique for the ENT's own tasks (R-11)";
    /// The policy is not approved.
    NotApproved = "not-approved", "the release policy is not approved", "Write approved_by and approved_on, not in the future";
    /// It is not said where the data lie.
    NoHosting = "no-hosting", "it is not said where the data lie", "Write the country's two letters (R-16)";
    /// Data lie outside the Union.
    OutsideTheUnion = "outside-the-union", "data lie outside the European Union", "Have the data-protection officer give a dated derogation, and write it in [legal.derogation]: by, on, reason (R-16)";
    /// No profile is let in.
    NoProfile = "no-profile", "the access rule names no profile", "Name at least one, such as National_ELV";
    /// No establishment is let in.
    NoEstablishment = "no-establishment", "the access rule names no establishment", "Name them, or [\"tous\"]";
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// Where: the key of the file, with the entry's own name where there are several.
    pub field: String,
    /// What.
    pub kind: FaultKind,
}

impl Fault {
    /// What is wrong, in words.
    pub fn what(&self) -> &'static str {
        self.kind.what()
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        self.kind.remedy()
    }
}

impl core::fmt::Display for Fault {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}. {}", self.field, self.what(), self.remedy())
    }
}

fn fault(field: impl Into<String>, kind: FaultKind) -> Fault {
    Fault {
        field: field.into(),
        kind,
    }
}

/// What is refused in every state, trial included.
pub fn structure(partner: &Partner) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut seen: Vec<Attribute> = Vec::new();
    for line in &partner.release.lines {
        let field = format!("release.attributes.{}", line.attribute.code());
        if seen.contains(&line.attribute) {
            faults.push(fault(field.clone(), FaultKind::AttributeTwice));
        }
        if line.justification.trim().is_empty() {
            faults.push(fault(field, FaultKind::NoJustification));
        }
        seen.push(line.attribute);
    }
    let sector = &partner.release.sector;
    let shaped = sector.len() <= 128
        && sector
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    if !shaped {
        faults.push(fault("release.sector", FaultKind::SectorShape));
    }
    if let Some(launch) = &partner.launch {
        faults.extend(address("launch", launch));
    }
    if let Some(binding) = &partner.oidc {
        oidc(binding, &mut faults);
    }
    if let Some(events) = &partner.events {
        faults.extend(address("events.address", &events.address));
        if events.which.is_empty() {
            faults.push(fault("events.which", FaultKind::NoEvent));
        }
    }
    faults
}

fn oidc(binding: &OidcBinding, faults: &mut Vec<Fault>) {
    let id = &binding.client_id;
    let shaped =
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic() && b != b':');
    if !shaped {
        faults.push(fault("oidc.client_id", FaultKind::ClientIdShape));
    }
    if binding.redirect_uris.is_empty() {
        faults.push(fault("oidc.redirect_uris", FaultKind::NoRedirect));
    }
    if binding.auth == ClientAuth::None && !binding.pkce_required {
        faults.push(fault("oidc.pkce_required", FaultKind::PublicWithoutPkce));
    }
    let lists = [
        ("oidc.redirect_uris", binding.redirect_uris.as_slice()),
        (
            "oidc.post_logout_redirect_uris",
            binding.post_logout_redirect_uris.as_slice(),
        ),
        (
            "oidc.backchannel_logout_uri",
            binding.backchannel_logout_uri.as_slice(),
        ),
    ];
    for (field, list) in lists {
        faults.extend(list.iter().flat_map(|one| address(field, one)));
    }
}

/// An address that browsers or we are sent to (RFC 9700 §2.1): https, or http on loopback.
pub(crate) fn address(field: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let printable = text.len() <= 2000 && text.bytes().all(|b| b.is_ascii_graphic());
    let Some(url) = Url::parse(text).ok().filter(|_| printable) else {
        return vec![fault(field, FaultKind::AddressShape)];
    };
    if !(url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url)) {
        faults.push(fault(field, FaultKind::AddressShape));
    }
    if text.contains('#') {
        faults.push(fault(field, FaultKind::AddressFragment));
    }
    if text.contains('*') {
        faults.push(fault(field, FaultKind::AddressWildcard));
    }
    if !url.username().is_empty() || url.password().is_some() {
        faults.push(fault(field, FaultKind::AddressLogin));
    }
    faults
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// What keeps a partner on trial: faults of structure, then what the law asks for before people's data
/// may leave.
pub fn faults(partner: &Partner, today: CivilDate) -> Vec<Fault> {
    let mut faults = structure(partner);
    let legal = &partner.legal;
    let policy = &partner.release;
    let mut lacking = |missing: bool, field: &str, kind: FaultKind| {
        if missing {
            faults.push(fault(field, kind));
        }
    };
    lacking(
        legal.controller.is_none(),
        "legal.controller",
        FaultKind::NoController,
    );
    lacking(legal.role.is_none(), "legal.role", FaultKind::NoRole);
    lacking(
        legal.contract.is_none(),
        "legal.contract",
        FaultKind::NoContract,
    );
    let ended = legal.contract_until.is_some_and(|last| today > last);
    lacking(ended, "legal.contract_until", FaultKind::ContractEnded);
    lacking(legal.basis.is_none(), "legal.basis", FaultKind::NoBasis);
    let approved = policy.approved_by.is_some() && policy.approved_on.is_some_and(|on| on <= today);
    lacking(!approved, "release.approved_on", FaultKind::NotApproved);
    lacking(
        legal.hosting.is_none(),
        "legal.hosting",
        FaultKind::NoHosting,
    );
    let access = &partner.access;
    lacking(
        access.profiles.is_empty(),
        "access.profiles",
        FaultKind::NoProfile,
    );
    let nowhere = matches!(&access.establishments, portique_domain::partner::Reach::Only(list) if list.is_empty());
    lacking(nowhere, "access.establishments", FaultKind::NoEstablishment);
    faults.extend(outside(legal, today));
    faults
}

/// Data outside the Union need a derogation that is not of a day to come.
fn outside(legal: &Legal, today: CivilDate) -> Vec<Fault> {
    let derogated = legal.derogation.as_ref().is_some_and(|one| {
        one.on <= today && !one.by.trim().is_empty() && !one.reason.trim().is_empty()
    });
    if derogated {
        return Vec::new();
    }
    let abroad = |country: &Country| !country.is_in_the_union();
    let host = legal.hosting.iter().filter(|country| abroad(country));
    let host = host.map(|_| fault("legal.hosting", FaultKind::OutsideTheUnion));
    let others = legal
        .sub_processors
        .iter()
        .filter(|one| abroad(&one.country));
    let others = others.map(|one| {
        let field = format!("legal.sub_processors.{}", one.name);
        fault(field, FaultKind::OutsideTheUnion)
    });
    host.chain(others).collect()
}

/// What to look after, without stopping anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The contract ends within sixty days: on that day.
    ContractEnds(CivilDate),
    /// The contract has no end.
    ContractWithoutEnd,
}

/// What to look after.
pub fn notices(partner: &Partner, today: CivilDate) -> Vec<Notice> {
    let sixty_days = core::time::Duration::from_hours(60 * 24);
    match partner.legal.contract_until {
        Some(last) if today <= last && today.start().plus(sixty_days).day() >= last => {
            vec![Notice::ContractEnds(last)]
        }
        None if partner.legal.contract.is_some() => vec![Notice::ContractWithoutEnd],
        Some(_) | None => Vec::new(),
    }
}

/// What refuses a writing: on trial the faults of structure, beyond it all of them.
pub fn blocking(partner: &Partner, today: CivilDate) -> Vec<Fault> {
    match partner.state {
        PartnerState::Trial => structure(partner),
        PartnerState::OpenTo(_) | PartnerState::Open => faults(partner, today),
    }
}

#[cfg(test)]
mod tests;
