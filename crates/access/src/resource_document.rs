//! The file of resources: TOML to resources, subscriptions and affectations.
//!
//! Strict, as the file of a partner: an unknown key, a word outside a closed list or a day that does not
//! exist is refused, with its line, its field and what to do. A file says all affectations of each
//! subscription that it names: those that it leaves out are taken back. What it does not name stays.

mod raw;

use crate::document::DocumentError;
use crate::document::grammar;
use crate::document::raw::Text;
use crate::document::reading::Reading;
use crate::document::values::{Read, SHAPE, codes};
use crate::publishing;
use portique_domain::identity::Profile;
use portique_domain::partner::PartnerId;
use portique_domain::resource::{
    Affectation, AffectationTarget, Audience, Resource, ResourceId, Subscription, SubscriptionId,
};
use raw::{RawAffectation, RawFile, RawResource, RawSubscription};

/// Everybody of the audiences has it.
const WHOLE: &str = "ETABL";
/// Each needs an affectation.
const EACH: &str = "INDIV";

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceFile {
    /// Resources.
    pub resources: Vec<Resource>,
    /// Subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// All affectations of each of these subscriptions.
    pub affectations: Vec<(SubscriptionId, Vec<Affectation>)>,
}

/// Reads a file.
///
/// # Errors
/// [`DocumentError`] at the first thing that is wrong.
pub fn read(text: &str) -> Result<ResourceFile, DocumentError> {
    let raw: RawFile =
        toml::from_str(text).map_err(|error| grammar(text, &error, "docs/resources.md"))?;
    let reading = Reading { text };
    let mut file = ResourceFile::default();
    for one in &raw.resources {
        reading.one_resource(one, &mut file)?;
    }
    for one in &raw.subscriptions {
        reading.one_subscription(one, &mut file)?;
    }
    for one in &raw.affectations {
        reading.one_affectation(one, &mut file)?;
    }
    Ok(file)
}

impl Reading<'_> {
    fn one_resource(&self, raw: &RawResource, file: &mut ResourceFile) -> Read<()> {
        let id = self.resource_id("resources.id", &raw.id)?;
        if file.resources.iter().any(|known| known.id == id) {
            return Err(self.twice("resources.id", &raw.id));
        }
        let address = raw.access_url.get_ref();
        if let Some(fault) = publishing::address("resources.access_url", address).first() {
            let (what, remedy) = (fault.kind.what(), fault.kind.remedy());
            return Err(self.error("resources.access_url", &raw.access_url, what, remedy));
        }
        let maybe = |field: &str, text: &Option<Text>, longest| match text {
            Some(text) => self.free(field, text, longest),
            None => Ok(String::new()),
        };
        file.resources.push(Resource {
            id,
            title: self.words("resources.title", &raw.title, 120)?,
            description: maybe("resources.description", &raw.description, 300)?,
            kind: self.words("resources.kind", &raw.kind, 40)?,
            level: maybe("resources.level", &raw.level, 40)?,
            subject: maybe("resources.subject", &raw.subject, 60)?,
            provider: self.word("resources.provider", &raw.provider, PartnerId::parse, SHAPE)?,
            access_url: address.clone(),
            active: raw.active,
        });
        Ok(())
    }

    fn one_subscription(&self, raw: &RawSubscription, file: &mut ResourceFile) -> Read<()> {
        let id = self.subscription_id("subscriptions.id", &raw.id)?;
        if file.subscriptions.iter().any(|known| known.id == id) {
            return Err(self.twice("subscriptions.id", &raw.id));
        }
        let from = self.day("subscriptions.from", &raw.from)?;
        let to = self.day("subscriptions.to", &raw.to)?;
        if to <= from {
            let remedy = "Write the first day on which it is closed, after its first day";
            return Err(self.error(
                "subscriptions.to",
                &raw.to,
                "it ends before it begins",
                remedy,
            ));
        }
        let parse = |text: &str| text.parse().ok();
        let uai = self.word(
            "subscriptions.uai",
            &raw.uai,
            parse,
            "Write seven digits and a letter",
        )?;
        let audiences = self.each("subscriptions.audiences", raw.audiences.get_ref(), |text| {
            let list = codes(&Audience::ALL, Audience::code);
            self.code("subscriptions.audiences", text, Audience::from_code, &list)
        })?;
        if audiences.is_empty() {
            let remedy = "Name one of ELEVE, ENSEIGNANT, DOCUMENTALISTE, AUTRE PERSONNEL";
            return Err(self.error(
                "subscriptions.audiences",
                &raw.id,
                "nobody is named",
                remedy,
            ));
        }
        let kind = |word: &str| match word {
            WHOLE => Some(true),
            EACH => Some(false),
            _ => None,
        };
        let remedy = "Write ETABL for everybody of the audiences, INDIV for those who are named";
        file.subscriptions.push(Subscription {
            id: id.clone(),
            resource: self.resource_id("subscriptions.resource", &raw.resource)?,
            uai,
            from: from.start(),
            to: to.start(),
            audiences,
            whole_establishment: self.word("subscriptions.kind", &raw.kind, kind, remedy)?,
        });
        file.affectations.push((id, Vec::new()));
        Ok(())
    }

    fn one_affectation(&self, raw: &RawAffectation, file: &mut ResourceFile) -> Read<()> {
        const AT: &str = "affectations.subscription";
        let id = self.subscription_id(AT, &raw.subscription)?;
        let of = file.subscriptions.iter().find(|known| known.id == id);
        let named = file.affectations.iter_mut().find(|(known, _)| *known == id);
        let (Some(of), Some((_, named))) = (of, named) else {
            let remedy = "Write the subscription in the same file, before its affectations";
            return Err(self.error(AT, &raw.subscription, "no such subscription", remedy));
        };
        if of.whole_establishment {
            let remedy = "Remove the affectation, or write kind = \"INDIV\"";
            let what = "everybody of the establishment has it already";
            return Err(self.error(AT, &raw.subscription, what, remedy));
        }
        let target = self.target(raw)?;
        if named.iter().any(|known| known.target == target) {
            return Err(self.twice("affectations", &raw.subscription));
        }
        named.push(Affectation {
            subscription: id,
            target,
            // A day of its own, or that of the subscription: never the day of the reading, which would make
            // the same file say something else tomorrow.
            from: match &raw.from {
                Some(day) => self.day("affectations.from", day)?.start(),
                None => of.from,
            },
            revoked_at: None,
        });
        Ok(())
    }

    fn target(&self, raw: &RawAffectation) -> Read<AffectationTarget> {
        match (&raw.class, &raw.profile) {
            (Some(class), None) => {
                let class = self.words("affectations.class", class, 60)?;
                Ok(AffectationTarget::Class(class))
            }
            (None, Some(profile)) => {
                let list = codes(&Profile::ALL, Profile::mnemonic);
                let parse = |text: &str| text.parse().ok();
                self.code("affectations.profile", profile, parse, &list)
                    .map(AffectationTarget::Profile)
            }
            (None, None) | (Some(_), Some(_)) => {
                let remedy = "Write class = \"6A\" or profile = \"National_ENS\", one of the two";
                let what = "this names neither a class nor a profile, or both";
                Err(self.error("affectations", &raw.subscription, what, remedy))
            }
        }
    }

    fn resource_id(&self, field: &str, text: &Text) -> Read<ResourceId> {
        let remedy = "Write 1 to 1024 printable ASCII characters, such as ark:/12345/abc";
        self.word(field, text, ResourceId::parse, remedy)
    }

    fn subscription_id(&self, field: &str, text: &Text) -> Read<SubscriptionId> {
        let parse = |text: &str| {
            let shaped =
                (1..=45).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
            shaped.then(|| SubscriptionId(text.to_owned()))
        };
        let remedy = "Write 1 to 45 printable ASCII characters without spaces";
        self.word(field, text, parse, remedy)
    }

    fn twice(&self, field: &str, at: &Text) -> DocumentError {
        self.error(field, at, "this stands there twice", "Remove one")
    }
}

#[cfg(test)]
mod tests;
