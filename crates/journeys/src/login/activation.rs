//! Activation: the code of a letter and a birth date, then "is it you?" (J1).

use super::hub::{Whole, profile_of};
use super::limiter::Named;
use super::{FlowRef, OwnWords};
use crate::journal::About;
use crate::{Journeys, Trouble, Visit};
use core::time::Duration;
use portique_domain::CivilDate;
use portique_domain::account::{Account, ActivationCode};
use portique_domain::identity::{Person, Profile};
use portique_domain::journal::{EventCode, ReasonCode, ResultCode};
use portique_domain::login::{Evidence, Proof, Step};
use portique_domain::session::Digest;
use portique_domain::text::fold;
use portique_store::Redeemed;

/// How a code fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeOutcome {
    /// It holds; this comes next.
    Next(Step),
    /// Login and code do not go together; so many tries are left before a wait.
    Wrong {
        /// Tries left.
        left: u32,
    },
    /// Login and code hold, the date does not.
    WrongBirthDate {
        /// Tries left.
        left: u32,
    },
    /// Too many tries; nothing was looked at.
    Wait(Duration),
    /// The code was spent: the account is activated already.
    Spent,
    /// The paper is too old.
    Expired,
    /// The account is closed.
    Closed,
}

/// What the page "is it you?" shows: a found letter reveals little.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhoIsIt {
    /// First name.
    pub first: String,
    /// First letter of the last name.
    pub initial: String,
    /// Establishment, when there is one.
    pub establishment: Option<String>,
    /// Class of a pupil.
    pub class: Option<String>,
    /// Profile that decides the words of the page.
    pub profile: Profile,
}

/// How "is it you?" was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Yes; this comes next.
    Next(Step),
    /// No: the code is closed and the establishment is told.
    Disowned,
}

impl Journeys {
    /// HMAC of an activation code, bound to its person.
    pub(crate) fn code_mac(
        &self,
        person: portique_domain::identity::PersonId,
        code: &ActivationCode,
    ) -> Digest {
        let mut bound = person.0.as_bytes().to_vec();
        bound.extend_from_slice(code.as_bytes());
        Digest(self.keys.activation.mac("activation", &bound))
    }

    /// Login, activation code and birth date; a relative gives the birth date of a linked child.
    /// Nothing is spent here: the code goes when the password is saved.
    pub async fn show_code(
        &self,
        flow: &FlowRef,
        username: &str,
        code: &str,
        birth_date: Option<CivilDate>,
        visit: &Visit,
    ) -> Result<CodeOutcome, Trouble> {
        let mut flow = self.load_flow(flow, visit).await?;
        let Named {
            account,
            about,
            attempt,
        } = self.attempt_at(username, None, visit).await?;
        let attempt = match attempt {
            Ok(attempt) => attempt,
            Err(wait) => return Ok(CodeOutcome::Wait(wait)),
        };
        let found = self
            .look_at_code(account.as_ref(), code, birth_date, visit)
            .await?;
        let refuse = |reason| {
            self.fact(
                EventCode::LoginCode,
                about.clone(),
                visit,
                ResultCode::Refused,
                Some(reason),
            );
        };
        let (account, mac) = match found {
            Looked::Holds(account, mac) => (account, mac),
            Looked::Wrong => {
                refuse(ReasonCode::WrongCode);
                return Ok(CodeOutcome::Wrong {
                    left: self.attempt_failed(attempt, visit).await?,
                });
            }
            Looked::WrongBirthDate => {
                refuse(ReasonCode::WrongCode);
                return Ok(CodeOutcome::WrongBirthDate {
                    left: self.attempt_failed(attempt, visit).await?,
                });
            }
            Looked::Spent => {
                refuse(ReasonCode::SpentCode);
                return Ok(CodeOutcome::Spent);
            }
            Looked::Expired => {
                refuse(ReasonCode::ExpiredCode);
                return Ok(CodeOutcome::Expired);
            }
        };
        self.attempt_passed(attempt, visit).await?;
        flow.evidence = Evidence {
            person: Some(account.person),
            proof: Some(Proof::ActivationCode(mac)),
            ..Evidence::default()
        };
        let step = self.move_on(&flow, visit).await?;
        if step == Step::Closed {
            refuse(ReasonCode::AccountClosed);
            return Ok(CodeOutcome::Closed);
        }
        self.fact(EventCode::LoginCode, about, visit, ResultCode::Done, None);
        Ok(CodeOutcome::Next(step))
    }

    async fn look_at_code(
        &self,
        account: Option<&Account>,
        code: &str,
        birth_date: Option<CivilDate>,
        visit: &Visit,
    ) -> Result<Looked, Trouble> {
        let (Some(account), Ok(code)) = (account, code.parse::<ActivationCode>()) else {
            return Ok(Looked::Wrong);
        };
        let mac = self.code_mac(account.person, &code);
        match self
            .stores
            .accounts
            .activation_code(account.person, &mac, visit.now)
            .await?
        {
            Redeemed::First(_) => {}
            Redeemed::Replay => return Ok(Looked::Spent),
            Redeemed::Unknown => {
                // A code that is right and too old is told so; the store knows it no more as valid.
                let old = self
                    .stores
                    .accounts
                    .activation_code(
                        account.person,
                        &mac,
                        portique_domain::Timestamp::from_millis(0),
                    )
                    .await?;
                let expired = matches!(old, Redeemed::First(_));
                return Ok(if expired {
                    Looked::Expired
                } else {
                    Looked::Wrong
                });
            }
        }
        let person = self
            .stores
            .people
            .person(account.person)
            .await?
            .ok_or(Trouble::Internal("an account without a person"))?;
        Ok(if self.birth_date_holds(&person, birth_date).await? {
            Looked::Holds(account.clone(), mac)
        } else {
            Looked::WrongBirthDate
        })
    }

    /// Whether the date is hers; for a relative, that of a linked child (house §8).
    async fn birth_date_holds(
        &self,
        person: &Person,
        offered: Option<CivilDate>,
    ) -> Result<bool, Trouble> {
        let Some(offered) = offered else {
            return Ok(false);
        };
        if profile_of(person) == Profile::Relative {
            let children = self.stores.people.children_of(person.id).await?;
            return Ok(children
                .iter()
                .any(|child| child.birth_date == Some(offered)));
        }
        Ok(person.birth_date == Some(offered))
    }

    /// Who the code belongs to, in few words.
    pub async fn who_is_it(&self, flow: &FlowRef, visit: &Visit) -> Result<WhoIsIt, Trouble> {
        let (_, whole) = self.flow_at(flow, Step::Confirm, visit).await?;
        let profile = profile_of(&whole.person);
        let place = whole.person.affiliations.first();
        let establishment = match place {
            Some(place) => self
                .stores
                .establishments
                .establishment(place.establishment)
                .await?
                .map(|found| found.name),
            None => None,
        };
        Ok(WhoIsIt {
            first: whole.person.names.first.clone(),
            initial: whole
                .person
                .names
                .last
                .chars()
                .next()
                .map(String::from)
                .unwrap_or_default(),
            establishment,
            class: place
                .filter(|_| profile == Profile::Pupil)
                .and_then(|place| place.classes.first().cloned()),
            profile,
        })
    }

    /// "Yes, it is me", or "No": then the code is closed.
    pub async fn confirm(
        &self,
        flow: &FlowRef,
        yes: bool,
        visit: &Visit,
    ) -> Result<Confirmed, Trouble> {
        let (mut flow, whole) = self.flow_at(flow, Step::Confirm, visit).await?;
        if yes {
            flow.evidence.confirmed = true;
            return Ok(Confirmed::Next(self.move_on(&flow, visit).await?));
        }
        if let Some(Proof::ActivationCode(mac)) = &flow.evidence.proof {
            self.stores
                .account_writer
                .disown_code(whole.person.id, mac, visit.now)
                .await?;
            let about = About {
                target: Some(whole.person.id),
                ..About::default()
            };
            self.fact(
                EventCode::CodeDisowned,
                about,
                visit,
                ResultCode::Done,
                None,
            );
        }
        self.stores.flows.end(flow.id).await?;
        Ok(Confirmed::Disowned)
    }
}

enum Looked {
    Holds(Account, Digest),
    Wrong,
    WrongBirthDate,
    Spent,
    Expired,
}

/// A person's own words, for the meter.
pub(crate) async fn own_words(
    journeys: &Journeys,
    whole: &Whole,
    _visit: &Visit,
) -> Result<OwnWords, Trouble> {
    let names = &whole.person.names;
    let mut own = OwnWords {
        first: names.first.clone(),
        names: [&names.last, &names.birth]
            .into_iter()
            .flat_map(|name| parts(name))
            .collect(),
        login: whole.account.login.as_str().to_owned(),
        ..OwnWords::default()
    };
    own.names.extend(
        parts(&names.first)
            .into_iter()
            .filter(|part| part.chars().count() > 3),
    );
    for place in &whole.person.affiliations {
        own.places.extend(place.classes.iter().cloned());
        if let Some(found) = journeys
            .stores
            .establishments
            .establishment(place.establishment)
            .await?
        {
            own.places.push(found.town);
            // Of a school's name only its own words count: "collège" stands in many good phrases.
            own.places
                .extend(parts(&found.name).into_iter().filter(|part| {
                    part.chars().count() > 4 && !GENERIC.contains(&fold(part).as_str())
                }));
        }
    }
    if let Some(date) = whole.person.birth_date {
        let (year, month, day) = date.parts();
        own.dates = vec![
            format!("{day:02}{month:02}{year:04}"),
            format!("{day:02}{month:02}{:02}", year % 100),
            format!("{year:04}{month:02}{day:02}"),
        ];
    }
    Ok(own)
}

/// Words that name the kind of a school and not the school.
const GENERIC: [&str; 8] = [
    "college",
    "lycee",
    "ecole",
    "professionnel",
    "general",
    "agricole",
    "polyvalent",
    "technologique",
];

fn parts(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}
