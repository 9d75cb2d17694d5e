//! What every store of records passes: [`super::accounts`], [`super::people`], [`super::rights`],
//! [`super::feeds`], [`super::runs`], [`super::partners`], [`super::resources`]. The macro makes one test of each promise.

use crate::build::{
    Delivery, MONTPELLIER, NOW, TOULOUSE, agricultural, establishment, key, person,
};
use portique_domain::identity::{PersonId, Profile};
use portique_store::records::{
    AccountLife, AccountReader, AccountWriter, CharterReader, CharterWriter, Contacts,
    EstablishmentReader, FeedReader, FeedWriter, GrantReader, GrantWriter, Habilitations,
    Identities, Invitations, KeyStore, Notices, PartnerOutbox, PartnerReader, PartnerWriter,
    PeopleReader, PlanRows, Pseudonyms, ResourceReader, ResourceWriter, SecondFactors,
    SourceKeeper,
};

/// All doors to records behind one handle that racing tasks can share.
pub trait Records:
    PeopleReader
    + EstablishmentReader
    + AccountReader
    + AccountWriter
    + SecondFactors
    + CharterReader
    + CharterWriter
    + GrantReader
    + GrantWriter
    + Invitations
    + Contacts
    + KeyStore
    + FeedReader
    + FeedWriter
    + Identities
    + PlanRows
    + PartnerReader
    + PartnerWriter
    + Habilitations
    + Pseudonyms
    + PartnerOutbox
    + ResourceReader
    + ResourceWriter
    + Notices
    + AccountLife
    + SourceKeeper
    + Clone
    + 'static
{
}

impl<S> Records for S where
    S: PeopleReader
        + EstablishmentReader
        + AccountReader
        + AccountWriter
        + SecondFactors
        + CharterReader
        + CharterWriter
        + GrantReader
        + GrantWriter
        + Invitations
        + Contacts
        + KeyStore
        + FeedReader
        + FeedWriter
        + Identities
        + PlanRows
        + PartnerReader
        + PartnerWriter
        + Habilitations
        + Pseudonyms
        + PartnerOutbox
        + ResourceReader
        + ResourceWriter
        + Notices
        + AccountLife
        + SourceKeeper
        + Clone
        + 'static
{
}

/// Runs the same act in sixteen tasks at once and gives their answers.
pub async fn race<T, F, A>(act: F) -> Vec<T>
where
    T: Send + 'static,
    F: Fn() -> A,
    A: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..16).map(|_| tokio::spawn(act())).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

/// The delivery of Toulouse that most promises begin with: two collèges and an agricultural lycée.
pub fn toulouse() -> Delivery {
    Delivery::of(TOULOUSE)
        .with(establishment(TOULOUSE, "100", "Collège Odette-Verlande"))
        .with(establishment(TOULOUSE, "200", "Collège des Pins"))
        .with(agricultural(TOULOUSE, "300", "Lycée agricole du Causse"))
        .and(&lea())
        .and(&person(TOULOUSE, "p2", "Ilan", "Perez").at("200", Profile::Pupil))
        .and(&person(TOULOUSE, "a1", "Noé", "Arbre").at("300", Profile::Pupil))
        .and(&person(TOULOUSE, "r1", "Anne", "Marchais").at("100", Profile::Relative))
        .and(&person(TOULOUSE, "r2", "Paul", "Voisin").at("100", Profile::Relative))
        .and(&marin())
}

/// A pupil of the first collège, with a legal representative and a neighbour who is none.
pub fn lea() -> crate::build::PersonBuilder {
    person(TOULOUSE, "p1", "Léa", "Marchais")
        .at("100", Profile::Pupil)
        .relative("r1", true)
        .relative("r2", false)
}

/// A teacher in both collèges.
pub fn marin() -> crate::build::PersonBuilder {
    person(TOULOUSE, "t1", "Zoé", "Marin")
        .at("100", Profile::Teacher)
        .at("200", Profile::Teacher)
}

/// The delivery of Montpellier; its ids are those of Toulouse, as ids of academies are.
pub fn montpellier() -> Delivery {
    Delivery::of(MONTPELLIER)
        .with(establishment(MONTPELLIER, "100", "Collège du Lez"))
        .and(&person(MONTPELLIER, "p1", "Maya", "Lopez").at("100", Profile::Pupil))
}

/// The person of an id at the source.
pub async fn of<S: Records>(store: &S, academy: u16, id: &str) -> PersonId {
    let found = store.person_by_key(&key(academy, id)).await.unwrap();
    found.expect("a person of the delivery").id
}

/// Léa, once Toulouse has been delivered.
pub async fn with_lea<S: Records>(store: &S) -> PersonId {
    toulouse().deliver(store, NOW).await;
    of(store, TOULOUSE, "p1").await
}

/// What a suite is given: an empty store and whatever has to live as long as it; nothing where this
/// machine may lack what the store stands on.
pub trait Opened {
    /// The store.
    type Store;
    /// What has to live as long.
    type Kept;
    /// Both, if they are there.
    fn opened(self) -> Option<(Self::Store, Self::Kept)>;
}

impl<S, K> Opened for (S, K) {
    type Store = S;
    type Kept = K;

    fn opened(self) -> Option<(S, K)> {
        Some(self)
    }
}

impl<S, K> Opened for Option<(S, K)> {
    type Store = S;
    type Kept = K;

    fn opened(self) -> Self {
        self
    }
}

/// Makes one test of each promise that records keep. Takes a function that gives an empty store and
/// whatever has to live as long as it.
#[macro_export]
macro_rules! records_suite {
    ($open:path) => {
        $crate::records_suite! { $open;
            accounts::an_account_waits_for_its_owner,
            accounts::an_activation_opens_the_account_in_one_step,
            accounts::sixteen_racing_activations_have_one_winner,
            accounts::a_code_ends_and_a_new_one_replaces_it,
            accounts::a_disowned_code_opens_nothing,
            accounts::a_code_is_given_only_where_it_can_open_something,
            accounts::a_frozen_account_gets_back_the_state_it_had,
            accounts::a_password_is_replaced,
            accounts::sixteen_racing_steps_have_one_winner,
            accounts::a_second_factor_is_enrolled_once,
            people::a_person_reads_back_with_her_places,
            people::toulouse_and_montpellier_do_not_see_each_other,
            people::an_academy_sees_its_own_and_never_agriculture,
            people::agriculture_is_apart_from_the_academy_of_the_same_town,
            people::another_schools_pupil_is_not_listed,
            people::who_has_no_place_is_seen_by_the_instance_only,
            people::pages_cover_every_row_once_and_in_order,
            people::a_prefix_finds_last_first_both_and_login,
            people::filters_narrow_the_list,
            people::only_legal_ties_count,
            people::establishments_are_found_within_reach,
            people::t68_a_forged_page_token_is_refused,
            search::the_search_agrees_with_a_plain_one,
            rights::the_charter_in_force_depends_on_profile_and_date,
            rights::a_published_version_never_changes,
            rights::the_first_proof_is_kept,
            rights::grants_are_given_all_or_none_and_taken_back,
            rights::an_invitation_makes_an_administrator_or_nothing,
            rights::sixteen_racing_invitations_have_one_winner,
            rights::t65_an_invitation_is_spent_once_and_ends_to_the_second,
            contacts::an_address_is_in_force_once_its_code_was_shown,
            contacts::a_code_of_a_mail_ends_to_the_millisecond_and_with_the_next,
            contacts::accounts_share_an_address,
            contacts::sixteen_racing_mail_codes_have_one_winner,
            contacts::an_address_needs_its_person,
            sources::sixteen_racing_looks_have_one_winner,
            sources::a_look_tells_how_it_ended,
            sources::a_source_remembers_what_it_brought,
            rights::keys_move_by_one_slot,
            rights::keys_are_added_all_or_none,
            feeds::nothing_staged_is_visible_before_the_switch,
            feeds::a_replay_writes_no_row,
            feeds::what_changed_is_written_and_nothing_else,
            feeds::a_login_is_never_given_twice,
            feeds::who_is_absent_disappears_and_comes_back,
            feeds::who_was_set_aside_stays,
            feeds::nobody_leaves_because_an_establishment_was_set_aside,
            feeds::accounts_are_for_those_with_a_legal_relation,
            feeds::a_relative_who_comes_later_is_tied,
            feeds::what_is_known_is_one_snapshot,
            runs::a_plan_is_bound_to_its_base,
            runs::of_two_plans_one_is_applied,
            runs::of_two_imports_at_once_one_is_refused,
            runs::a_guard_holds_a_plan_until_it_is_lifted,
            runs::a_plan_is_applied_once,
            runs::a_stage_that_is_not_finished_is_forgotten,
            runs::plans_and_runs_are_listed_newest_first,
            deltas::a_delta_changes_what_it_names_alone,
            deltas::the_base_gives_records_as_they_came,
            deltas::a_relative_who_comes_in_a_later_delta_is_tied_then,
            plan_rows::a_plan_tells_how_everybody_stands,
            plan_rows::a_plan_tells_both_sides_of_a_record,
            plan_rows::a_plan_of_a_delta_tells_whom_it_removes,
            plan_rows::a_plan_tells_who_is_known_by_her_ine,
            plan_rows::rows_of_a_plan_go_with_it,
            plan_rows::runs_of_an_academy_fill_their_pages,
            deltas::a_full_delivery_of_the_same_day_writes_nothing,
            bridges::who_changes_her_academy_keeps_her_account,
            bridges::the_former_academy_says_nothing_any_more,
            bridges::she_comes_back_to_her_former_academy,
            bridges::nobody_gets_the_account_of_another,
            bridges::a_changed_id_is_bridged_and_undone,
            sites::a_sheet_beside_a_feed_makes_no_second_establishment,
            sites::a_feed_removes_only_what_it_brought,
            sites::the_academic_feed_leads_whoever_came_first,
            sites::a_changed_id_of_an_establishment_is_one_key_more,
            sites::another_academy_gets_no_key_of_it,
            sites::undoing_one_source_leaves_the_other,
            sites::a_guard_of_a_sheet_holds_its_own_people_alone,
            colleagues::staff_of_two_academies_have_one_account,
            colleagues::staff_of_both_degrees_have_one_account,
            colleagues::nothing_less_than_a_safe_bridge_joins_staff,
            colleagues::a_run_that_joined_staff_is_undone_and_a_person_may_separate_them,
            merges::who_is_merged_opens_nothing_and_the_other_is_everywhere,
            merges::separating_gives_everything_back,
            merges::feeds_go_on_writing_both_records,
            merges::what_cannot_be_merged_is_refused_in_words,
            merges::a_run_older_than_a_merge_is_undone_around_it,
            merges::an_account_ends_when_all_its_records_are_gone,
            merges::ties_are_those_of_all_records,
            suspects::lists_hold_one_line_of_her,
            suspects::suspects_are_few_and_say_why,
            merges::no_sequence_of_feeds_and_merges_swaps_anybody,
            bridges::the_stronger_source_has_the_last_word,
            bridges::a_stronger_source_takes_over_and_comes_back,
            bridges::a_weaker_source_hides_nobody_behind_her,
            bridges::what_a_weaker_source_said_is_undone,
            life::an_account_counts_down_and_comes_back_as_it_was,
            life::a_stay_ends_after_its_last_day,
            life::ends_come_in_batches,
            life::an_erased_person_leaves_nothing_but_a_login_that_nobody_gets,
            life::undoing_a_departure_gives_the_account_back,
            undo::an_undone_run_gives_the_state_back,
            undo::an_undone_first_run_leaves_nobody_but_the_logins,
            undo::what_a_person_did_herself_survives_the_undoing,
            undo::what_moved_on_since_is_left_alone,
            undo::a_run_is_undone_in_time_or_never,
            undo::a_guard_holds_its_establishment_and_no_other,
            undo::a_missing_establishment_is_held_with_its_people,
            undo::departures_can_be_held_alone,
            undo::a_grave_guard_is_lifted_by_two_people,
            undo::a_plan_whose_signature_does_not_hold_is_refused,
            outbox::a_run_tells_who_left_and_who_moved,
            outbox::an_undoing_tells_who_is_back,
            outbox::an_undone_newcomer_is_told,
            outbox::the_life_of_accounts_tells_too,
            outbox::an_outlet_is_claimed_by_one,
            outbox::what_is_given_up_is_shown_and_tried_again,
            outbox::a_partner_that_asks_no_more_is_told_nothing,
            partners::a_writing_makes_a_version_only_when_something_differs,
            partners::former_versions_read_back_and_removed_ones_too,
            partners::a_client_id_is_one_partners_for_good,
            partners::secrets_rotate_by_two_and_outlive_a_writing,
            partners::the_generation_grows_with_each_writing,
            partners::habilitations_are_given_and_revoked_once,
            partners::habilitations_of_a_group_come_in_pages_newest_first,
            partners::sixteen_racing_pseudonyms_get_one_record,
            partners::a_pseudonym_keeps_the_key_it_was_drawn_with,
            years::an_end_of_year_empties_classes_and_is_undone,
            years::a_new_year_stands_when_the_end_of_the_last_is_undone,
            years::undoing_a_delivery_gives_no_right_back,
            resources::a_batch_reads_back_and_again_writes_nothing,
            resources::only_what_differs_is_written,
            resources::what_is_not_named_any_more_is_revoked_and_kept,
            resources::one_establishment_never_sees_anothers,
            resources::an_unknown_resource_writes_nothing_at_all,
            resources::long_ended_subscriptions_are_not_listed,
            resources::a_notice_is_kept_by_person_and_partner,
        }
    };
    ($open:path; $($suite:ident :: $promise:ident,)*) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $promise() {
                let opened = $crate::conformance::records::Opened::opened($open());
                let Some((store, _kept)) = opened else { return };
                $crate::conformance::$suite::$promise(&store).await;
            }
        )*
    };
}
