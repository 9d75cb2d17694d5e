//! Access events: the closed schema of the access log (ux-and-law §2.3, R-52).
//!
//! No free text, no user-agent, no value of any attribute. What identifies is keyed or sealed by the
//! store under the day's own key; here it is still readable.

use crate::Timestamp;
use crate::account::ShortRef;
use crate::identity::{EstablishmentId, PersonId, Profile};
use crate::partner::{Attribute, PartnerId};
use crate::resource::ResourceId;
use crate::rights::Actor;
use crate::session::DeviceClass;
use core::net::IpAddr;
use uuid::Uuid;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, in the log and in machine output.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// From its code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}

codes! {
    /// What happened.
    EventCode {
        /// A login and a password were shown.
        LoginPassword = "login.password",
        /// A login, an activation code and a birth date were shown.
        LoginCode = "login.code",
        /// A second factor was shown.
        SecondFactor = "login.second_factor",
        /// A second factor was enrolled.
        SecondFactorEnrolled = "login.second_factor_enrolled",
        /// An account was activated.
        Activation = "account.activation",
        /// The owner of a paper said that it is not hers.
        CodeDisowned = "account.code_disowned",
        /// A password was saved.
        PasswordSaved = "account.password_saved",
        /// A charter was accepted.
        CharterAccepted = "charter.accepted",
        /// A charter was published.
        CharterPublished = "charter.published",
        /// A session opened.
        SessionOpened = "session.opened",
        /// A session was closed by its owner.
        Logout = "session.logout",
        /// Sessions were ended by somebody else or by a rule.
        SessionEnded = "session.ended",
        /// An attempt was refused unlooked at.
        Throttled = "login.throttled",
        /// An activation code was drawn.
        CodeIssued = "admin.code_issued",
        /// An account was frozen.
        Frozen = "admin.frozen",
        /// An account was unfrozen.
        Unfrozen = "admin.unfrozen",
        /// A second factor was forgotten.
        FactorForgotten = "admin.factor_forgotten",
        /// A person's page was read.
        PersonRead = "admin.person_read",
        /// People were listed.
        PeopleListed = "admin.people_listed",
        /// An administrator was invited.
        AdminInvited = "admin.invited",
        /// A power was given.
        Granted = "admin.granted",
        /// A power was taken back.
        Revoked = "admin.revoked",
        /// A feed was planned.
        FeedPlanned = "feed.planned",
        /// A guard of a plan was lifted.
        GuardLifted = "feed.guard_lifted",
        /// A feed was applied.
        FeedApplied = "feed.applied",
        /// A run of a feed was undone.
        FeedUndone = "feed.undone",
        /// The last day that a source gave somebody is over.
        StayEnded = "person.stay_ended",
        /// A person was merged with another, who goes on.
        PersonMerged = "person.merged",
        /// A person was separated again from another.
        PersonUnmerged = "person.unmerged",
        /// An account began to count down to deletion.
        AccountEnding = "account.ending",
        /// Everything about a person was erased.
        AccountErased = "account.erased",
        /// The journal was searched.
        JournalSearched = "journal.searched",
        /// Days of the journal were purged.
        JournalPurged = "journal.purged",
        /// A key was made or moved to another slot.
        KeyMoved = "keys.moved",
        /// A partner was opened: what left stands in the line.
        PartnerOpened = "partner.opened",
        /// A partner was told what became of a person that it knows.
        PartnerTold = "partner.told",
        /// A partner was written.
        PartnerApplied = "admin.partner_applied",
        /// A partner was removed.
        PartnerRemoved = "admin.partner_removed",
        /// A secret of a partner was drawn or closed.
        PartnerSecret = "admin.partner_secret",
        /// An habilitation was given.
        HabilitationGiven = "admin.habilitation_given",
        /// An habilitation was taken back.
        HabilitationRevoked = "admin.habilitation_revoked",
        /// A resource was opened: what left stands in the line.
        ResourceOpened = "resource.opened",
        /// Resources, subscriptions or affectations were written.
        ResourceApplied = "admin.resource_applied",
        /// A way back in was asked for by mail.
        RecoveryAsked = "login.recovery_asked",
        /// A link of a recovery mail was shown.
        LoginRecovery = "login.recovery",
        /// A mail address was given.
        MailGiven = "account.mail_given",
        /// A mail address was verified.
        MailVerified = "account.mail_verified",
        /// A mail address was taken away.
        MailRemoved = "account.mail_removed",
        /// An error page was shown.
        Fault = "fault",
    }
}

codes! {
    /// Intent before, outcome after, or a fact that needs no intent.
    Phase {
        /// Somebody is about to be let in or to act; durable before the answer.
        Intent = "intent",
        /// What became of an intent.
        Outcome = "outcome",
        /// A fact by itself.
        Fact = "fact",
    }
}

codes! {
    /// How it went.
    ResultCode {
        /// Under way (intents).
        Asked = "asked",
        /// Done.
        Done = "done",
        /// Refused by a rule.
        Refused = "refused",
        /// Failed on our side.
        Failed = "failed",
    }
}

codes! {
    /// Why it went so.
    ReasonCode {
        /// Login or password wrong.
        WrongPassword = "wrong_password",
        /// Login, code or birth date wrong.
        WrongCode = "wrong_code",
        /// The code was spent before.
        SpentCode = "spent_code",
        /// The code is too old.
        ExpiredCode = "expired_code",
        /// Second factor wrong.
        WrongFactor = "wrong_factor",
        /// Too many tries.
        TooManyTries = "too_many_tries",
        /// The account is closed.
        AccountClosed = "account_closed",
        /// The charter was not accepted.
        CharterRefused = "charter_refused",
        /// Outside the perimeter of the one who asked.
        OutOfScope = "out_of_scope",
        /// The flow waited too long or belongs to another browser.
        FlowLost = "flow_lost",
        /// A forged or stale form.
        Forged = "forged",
        /// No such page.
        NotFound = "not_found",
        /// Our own fault.
        Internal = "internal",
        /// The access log could not be written.
        LogDown = "log_down",
        /// A store did not answer.
        StoreDown = "store_down",
        /// Too busy.
        Busy = "busy",
        /// The feed holds an error.
        BadFeed = "bad_feed",
        /// A guard holds.
        GuardHolds = "guard_holds",
        /// The partner is not opened so far.
        PartnerNotOpen = "partner_not_open",
        /// Her profile is not one of those it is meant for.
        ProfileNotTargeted = "profile_not_targeted",
        /// None of her establishments is one of those it is meant for.
        UaiNotMember = "uai_not_member",
        /// She belongs to several establishments that hold a right: she has to choose.
        UaiAmbiguous = "uai_ambiguous",
        /// She holds no live habilitation that it asks for.
        GroupMissing = "group_missing",
        /// An attribute that it cannot do without is missing.
        AttributeMissing = "attribute_missing",
        /// The contract or the approval has run out.
        ContractExpired = "contract_expired",
        /// The release policy is not approved.
        PolicyNotApproved = "policy_not_approved",
        /// No such resource.
        ResourceUnknown = "resource_unknown",
        /// The resource is not shown.
        ResourceSuspended = "resource_suspended",
        /// No subscription covers the establishment.
        SubscriptionNone = "sub_none",
        /// The subscription has not begun.
        SubscriptionNotStarted = "sub_not_started",
        /// The subscription has ended.
        SubscriptionExpired = "sub_expired",
        /// No affectation reaches her.
        NoAffectation = "no_affectation",
        /// The affectation was taken back.
        AffectationRevoked = "affectation_revoked",
        /// All licences are taken.
        QuotaExhausted = "quota_exhausted",
        /// The service that would open is not one of the provider's.
        ServiceMismatch = "sp_mismatch",
    }
}

/// What a partner was opened with: the receipt of a release (house §4.3). Names of attributes, never a
/// value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Which partner.
    pub partner: PartnerId,
    /// Which resource, when it was opened through one.
    pub resource: Option<ResourceId>,
    /// The version of the partner that decided.
    pub version: u32,
    /// What left, besides the identifier.
    pub attributes: Vec<Attribute>,
}

/// One line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessEvent {
    /// Time-ordered id of the line.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Ties an intent and its outcome.
    pub correlation: Uuid,
    /// Intent, outcome or fact.
    pub phase: Phase,
    /// What.
    pub code: EventCode,
    /// How it went.
    pub result: ResultCode,
    /// Why, if it did not simply go well.
    pub reason: Option<ReasonCode>,
    /// Who, if known.
    pub actor: Option<Actor>,
    /// The actor's profile.
    pub profile: Option<Profile>,
    /// In which establishment.
    pub establishment: Option<EstablishmentId>,
    /// On whom.
    pub target: Option<PersonId>,
    /// From which address.
    pub address: Option<IpAddr>,
    /// In which session, by its public id.
    pub session: Option<Uuid>,
    /// On which class of device.
    pub device: Option<DeviceClass>,
    /// The short number that the person was shown.
    pub reference: Option<ShortRef>,
    /// What was opened, when a partner was.
    pub opening: Option<Box<Opening>>,
}
