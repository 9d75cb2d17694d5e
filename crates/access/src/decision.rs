//! May this person open this partner? One list of checks, the first failure wins, deny by default
//! (gar §6.4, house §2).

use portique_domain::identity::{EstablishmentId, Login, PersonId, Profile, Uai};
use portique_domain::journal::ReasonCode;
use portique_domain::partner::{Attribute, GroupCode, Partner, PartnerState, Reach};
use portique_domain::{CivilDate, Timestamp};

/// One place of the person who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectPlace {
    /// Our id of the establishment.
    pub establishment: EstablishmentId,
    /// Its national number, when it has one.
    pub uai: Option<Uai>,
    /// Its name.
    pub name: String,
    /// What she is there.
    pub profile: Profile,
    /// Codes of her classes there.
    pub classes: Vec<String>,
}

/// The person who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Who.
    pub person: PersonId,
    /// Her login, which testers are named by.
    pub login: Option<Login>,
    /// Her places. For a relative who opens for a child: those where the child is.
    pub places: Vec<SubjectPlace>,
    /// Groups of her live habilitations.
    pub groups: Vec<GroupCode>,
}

/// She may. Only [`decide`] builds one, and a release needs one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    places: Vec<SubjectPlace>,
    groups: Vec<GroupCode>,
}

impl Granted {
    /// The places that the rule reaches: nothing of any other leaves.
    pub fn places(&self) -> &[SubjectPlace] {
        &self.places
    }

    /// The groups that she holds and that the rule names.
    pub fn groups(&self) -> &[GroupCode] {
        &self.groups
    }
}

/// She may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused: {}", reason.code())]
pub struct Denied {
    /// Why.
    pub reason: ReasonCode,
    /// The attribute that is missing, for [`ReasonCode::AttributeMissing`].
    pub attribute: Option<Attribute>,
}

impl From<ReasonCode> for Denied {
    fn from(reason: ReasonCode) -> Self {
        Self {
            reason,
            attribute: None,
        }
    }
}

/// What a check looks at. `places` and `groups` shrink to what the rule reaches.
struct Asked<'a> {
    partner: &'a Partner,
    subject: &'a Subject,
    today: CivilDate,
    places: Vec<&'a SubjectPlace>,
    groups: Vec<&'a GroupCode>,
}

type Check = fn(&mut Asked<'_>) -> Result<(), ReasonCode>;

/// Whether the partner is open at all, in this order.
const STANDING: [Check; 3] = [is_open, contract_runs, policy_is_approved];
/// Whether the rule reaches her, in this order.
const RULE: [Check; 3] = [profile_is_targeted, establishment_is_member, group_is_held];

/// Decides. `now` gives the day that contracts end by, in UTC.
///
/// # Errors
/// [`Denied`] with the reason of the first check that fails.
pub fn decide(partner: &Partner, subject: &Subject, now: Timestamp) -> Result<Granted, Denied> {
    run(partner, subject, now.day(), &[&STANDING, &RULE])
}

/// The rule alone, as if the partner were open: for the preview.
pub(crate) fn within_rule(
    partner: &Partner,
    subject: &Subject,
    today: CivilDate,
) -> Result<Granted, Denied> {
    run(partner, subject, today, &[&RULE])
}

fn run(
    partner: &Partner,
    subject: &Subject,
    today: CivilDate,
    checks: &[&[Check]],
) -> Result<Granted, Denied> {
    let mut asked = Asked {
        partner,
        subject,
        today,
        places: subject.places.iter().collect(),
        groups: Vec::new(),
    };
    for check in checks.iter().copied().flatten() {
        check(&mut asked)?;
    }
    Ok(Granted {
        places: asked.places.into_iter().cloned().collect(),
        groups: asked.groups.into_iter().cloned().collect(),
    })
}

/// *essai* lets its testers in; *ouvert à un établissement* the people of that one, in that place alone.
fn is_open(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    match &asked.partner.state {
        PartnerState::Trial => {
            let testers = &asked.partner.access.testers;
            let login = asked.subject.login.as_ref();
            if !login.is_some_and(|login| testers.contains(login)) {
                return Err(ReasonCode::PartnerNotOpen);
            }
        }
        PartnerState::OpenTo(uai) => {
            asked.places.retain(|place| place.uai.as_ref() == Some(uai));
            if asked.places.is_empty() {
                return Err(ReasonCode::PartnerNotOpen);
            }
        }
        PartnerState::Open => {}
    }
    Ok(())
}

/// The contract's last day still counts.
fn contract_runs(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    match asked.partner.legal.contract_until {
        Some(last) if asked.today > last => Err(ReasonCode::ContractExpired),
        Some(_) | None => Ok(()),
    }
}

/// Approved, and not from a day to come. On trial it may still be waiting: testers are named one by one.
fn policy_is_approved(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    let policy = &asked.partner.release;
    let approved =
        policy.approved_by.is_some() && policy.approved_on.is_some_and(|on| on <= asked.today);
    if approved || asked.partner.state == PartnerState::Trial {
        Ok(())
    } else {
        Err(ReasonCode::PolicyNotApproved)
    }
}

fn profile_is_targeted(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    let profiles = &asked.partner.access.profiles;
    asked
        .places
        .retain(|place| profiles.contains(&place.profile));
    some_left(asked, ReasonCode::ProfileNotTargeted)
}

fn establishment_is_member(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    if let Reach::Only(members) = &asked.partner.access.establishments {
        asked
            .places
            .retain(|place| place.uai.as_ref().is_some_and(|uai| members.contains(uai)));
    }
    some_left(asked, ReasonCode::UaiNotMember)
}

fn some_left(asked: &Asked<'_>, reason: ReasonCode) -> Result<(), ReasonCode> {
    if asked.places.is_empty() {
        Err(reason)
    } else {
        Ok(())
    }
}

/// One of the groups is enough; those that she holds besides stay unsaid.
fn group_is_held(asked: &mut Asked<'_>) -> Result<(), ReasonCode> {
    let wanted = &asked.partner.access.groups;
    asked.groups = asked
        .subject
        .groups
        .iter()
        .filter(|group| wanted.contains(group))
        .collect();
    if wanted.is_empty() || !asked.groups.is_empty() {
        Ok(())
    } else {
        Err(ReasonCode::GroupMissing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{a_partner, a_subject, day, uai};

    fn reason(partner: &Partner, subject: &Subject) -> Option<ReasonCode> {
        let now = day("2026-03-10").start();
        decide(partner, subject, now)
            .err()
            .map(|denied| denied.reason)
    }

    #[test]
    fn an_open_partner_lets_in_whom_the_rule_names() {
        assert_eq!(reason(&a_partner(), &a_subject()), None);
    }

    #[test]
    fn on_trial_only_testers_get_in_and_still_need_the_rule() {
        let mut partner = a_partner();
        partner.state = PartnerState::Trial;
        partner.release.approved_by = None;
        let mut subject = a_subject();
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::PartnerNotOpen));
        partner.access.testers = vec!["lea.marchais".parse().unwrap()];
        assert_eq!(reason(&partner, &subject), None);
        subject.login = None;
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::PartnerNotOpen));
        subject.login = Some("lea.marchais".parse().unwrap());
        partner.access.profiles = vec![Profile::Teacher];
        assert_eq!(
            reason(&partner, &subject),
            Some(ReasonCode::ProfileNotTargeted)
        );
    }

    #[test]
    fn open_to_one_establishment_means_that_one() {
        let mut partner = a_partner();
        partner.state = PartnerState::OpenTo(uai("0310002B"));
        assert_eq!(
            reason(&partner, &a_subject()),
            Some(ReasonCode::PartnerNotOpen)
        );
        partner.state = PartnerState::OpenTo(uai("0310001A"));
        let mut subject = a_subject();
        let mut other = subject.places[0].clone();
        other.uai = Some(uai("0310002B"));
        subject.places.push(other);
        let granted = decide(&partner, &subject, day("2026-03-10").start()).unwrap();
        assert_eq!(granted.places().len(), 1);
        assert_eq!(granted.places()[0].uai, Some(uai("0310001A")));
    }

    #[test]
    fn the_contract_lasts_through_its_last_day() {
        let mut partner = a_partner();
        partner.legal.contract_until = Some(day("2026-03-10"));
        assert_eq!(reason(&partner, &a_subject()), None);
        partner.legal.contract_until = Some(day("2026-03-09"));
        assert_eq!(
            reason(&partner, &a_subject()),
            Some(ReasonCode::ContractExpired)
        );
    }

    #[test]
    fn nothing_leaves_before_the_policy_is_approved() {
        let mut partner = a_partner();
        partner.release.approved_on = Some(day("2026-03-11"));
        assert_eq!(
            reason(&partner, &a_subject()),
            Some(ReasonCode::PolicyNotApproved)
        );
        partner.release.approved_on = Some(day("2026-03-10"));
        assert_eq!(reason(&partner, &a_subject()), None);
        partner.release.approved_by = None;
        assert_eq!(
            reason(&partner, &a_subject()),
            Some(ReasonCode::PolicyNotApproved)
        );
    }

    #[test]
    fn profile_and_establishment_hold_of_one_and_the_same_place() {
        let mut partner = a_partner();
        partner.access.establishments = Reach::Only(vec![uai("0310002B")]);
        let mut subject = a_subject();
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::UaiNotMember));
        // Pupil at the first, relative at the second: neither place has both.
        let mut second = subject.places[0].clone();
        second.uai = Some(uai("0310002B"));
        second.profile = Profile::Relative;
        subject.places.push(second);
        partner.access.profiles = vec![Profile::Pupil];
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::UaiNotMember));
        subject.places[1].profile = Profile::Pupil;
        assert_eq!(reason(&partner, &subject), None);
        subject.places[1].uai = None;
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::UaiNotMember));
    }

    #[test]
    fn an_empty_list_of_profiles_lets_nobody_in() {
        let mut partner = a_partner();
        partner.access.profiles.clear();
        assert_eq!(
            reason(&partner, &a_subject()),
            Some(ReasonCode::ProfileNotTargeted)
        );
    }

    #[test]
    fn a_group_is_asked_for_and_the_others_stay_unsaid() {
        let group = |text| GroupCode::parse(text).unwrap();
        let mut partner = a_partner();
        partner.access.groups = vec![group("closed-data"), group("producers")];
        let mut subject = a_subject();
        assert_eq!(reason(&partner, &subject), Some(ReasonCode::GroupMissing));
        subject.groups = vec![group("other"), group("closed-data")];
        let granted = decide(&partner, &subject, day("2026-03-10").start()).unwrap();
        assert_eq!(granted.groups(), [group("closed-data")]);
    }
}
