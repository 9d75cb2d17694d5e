# Approving a run of feeds

console-previous = Previous page
console-stat-returned = come back
console-runs-academy = Academy
console-runs-academy-any = All within your perimeter
console-runs-academy-button = Filter
console-runs-none-academy = No delivery of this academy within your perimeter.
console-run-undone = Undone
console-run-history = History
console-run-planned-by = Planned { $at } by { $by }
console-run-applied-by = Applied { $at } by { $by }
console-run-undone-by = Undone { $at } by { $by }
console-run-back = Back to the delivery
console-run-sample-link = { $count ->
    [one] Check one change drawn at random
   *[other] Check { $count } changes drawn at random
}
console-run-apply-link = Apply this delivery…
console-run-undo-link = Undo this delivery…
console-run-under-way = This delivery is being worked on.
console-run-see-progress = See how far it is
console-run-reason = Reason
console-run-reason-hint = It is kept with the delivery. The access log notes that it was you.
console-run-done-lift = The guard is lifted.
console-run-done-lift-more = Your voice counts. One more person has to lift this guard.
console-run-done-apply = The delivery is applied.
console-run-done-undo = The delivery is undone.
console-run-done-unchanged = Nothing changed: it was done before.

# Why nothing changed, and what to do
console-run-refused-moved = The directory has changed since this plan was made
console-run-refused-moved-do = Another delivery was applied or undone. This one changed nothing. Make a new plan with “portique feed plan”, or wait for the next delivery.
console-run-refused-held = A guard holds the whole delivery
console-run-refused-held-do = Nothing was changed. Read the guard, then have it lifted or ask for a new delivery.
console-run-refused-before = It is done already
console-run-refused-before-do = This delivery was applied or undone before. Nothing was changed a second time.
console-run-refused-changed = The plan is not the one that was signed
console-run-refused-changed-do = Nothing was changed. Tell the operator: the files of the plan were touched. Then make a new plan.
console-run-refused-gone = What is needed is no longer kept
console-run-refused-gone-do = Nothing was changed. A plan can be made again; undoing is possible only within the delay set for this instance.
console-run-refused-failed = Something went wrong on our side
console-run-refused-failed-do = The directory is whole. Try again; if it goes on, tell the operator.
console-run-refused-busy = Another import is under way
console-run-refused-busy-do = One at a time may change the directory. Wait until it has ended, then come back to this page.
console-run-refused-reason = The reason is missing
console-run-refused-reason-do = Write in a few words why.
console-run-refused-planner = You made this plan
console-run-refused-planner-do = A guard is lifted by somebody else than the one who made the plan.
console-run-refused-twice = You have lifted it before
console-run-refused-twice-do = This guard takes two different people. Ask a colleague who has the same power.

# By establishment
console-sort-label = Sort the establishments
console-sort-shrinkage = Largest loss first
console-sort-name = By name
console-sort-uai = By UAI
console-places-caption = Establishments { $from } to { $to } of { $count }
console-share = Share of departures
console-findings-remedy = What is wrong and what to do:
console-findings-all = See all { $count } findings

# Lifting a guard
console-guard-lifts-two = Lifted by { $lifts } of { $needed } people. This guard is grave: it takes two different people, and neither may be the one who made the plan.
console-lift-link = Lift this guard
console-lift-title = Lift a guard
console-lift-what = Lifting the guard lets through what it holds, once the delivery is applied.
console-lift-own = You made this plan: somebody else has to lift this guard.
console-lift-button = Lift the guard

# Applying
console-apply-title = Apply the delivery of { $date }?
console-apply-lead = This is what will be done. All of it becomes visible at once, or nothing does.
console-apply-held = { $count ->
    [one] One establishment is held.
   *[other] { $count } establishments are held.
}
console-apply-held-departures = Departures are held.
console-apply-held-stay = What is held stays as it was. The rest is applied.
console-apply-number = Copy the number of people who leave: { $count }
console-apply-number-hint = These people lose their access within the minute. Copy the number to show that you have read it.
console-apply-number-wrong = That is not the number
console-apply-number-typed = You wrote “{ $typed }”. Nothing was changed.
console-apply-button = Apply now
console-apply-undo = You can undo this delivery as long as the delay of this instance has not passed (30 days, unless set otherwise).

# Undoing
console-undo-title = Undo the delivery of { $date }?
console-undo-lead = The directory goes back to what it was before this delivery, except what has moved since.
console-undo-back = What comes back
console-undo-left = { $count ->
    [one] The person who had left is back in her place.
   *[other] The { $count } records that had left are back in their places.
}
console-undo-created = { $count ->
    [one] The record that was created goes.
   *[other] The { $count } records that were created go.
}
console-undo-updated = { $count ->
    [one] The record that was changed has its former values again.
   *[other] The { $count } records that were changed have their former values again.
}
console-undo-returned = { $count ->
    [one] The person who had come back is marked as departed again.
   *[other] The { $count } records that had come back are marked as departed again.
}
console-undo-passwords = Those who come back keep their account, their login and their password.
console-undo-stays = What stays
console-undo-own = What people did themselves since: a password chosen, a charter accepted, an address verified.
console-undo-later = What a later delivery or an administrator has changed since.
console-undo-begun = Accounts that their owners have activated: they stay, and count as departed.
console-undo-run = The undoing is a dated operation of its own in the access log.
console-undo-button = Undo this delivery

# Progress
console-progress-applying = The delivery is being applied
console-progress-undoing = The delivery is being undone
console-progress-refused = The delivery changed nothing
console-progress-lead = Nobody sees any change before the end.
console-progress-beginning = It begins.
console-progress-percent = { $percent } % done
console-progress-records = Records
console-progress-of = { $done } of { $all }
console-progress-since = For
console-progress-seconds = { $count } s
console-progress-rate = Rate
console-progress-per-second = { $count } records a second
console-progress-left = Time left at this rate
console-progress-again = Refresh
console-progress-still = Stop refreshing automatically
console-progress-follow = Refresh every three seconds
console-progress-leave = You may leave this page: the work goes on.

# Who changes
console-changes-tabs = Filter the changes
console-changes-all = All changes
console-changes-none = Nobody changes here.
console-changes-unnamed = Names are not shown.
console-changes-unnamed-why = Only administrators of the people of this establishment see names and records.
console-changes-gone = The detail is no longer available
console-changes-gone-why = Records are kept only as long as the plan waits. It was applied, or the directory has changed since.
console-change-caption = Before and after, record
console-change-field = Information
console-change-before = Before
console-change-after = After
console-change-old = old
console-change-new = new
console-change-nothing-shown = No information that is shown changes.
console-change-person = See the person
console-sample-title = Changes drawn at random
console-sample-lead = Compare them with what you know of these people. They were drawn when the plan was made and do not change.
console-sample-record = Record { $record }
console-fate-created = Arrives
console-fate-updated = Is changed
console-fate-moved = Moves
console-fate-left = Leaves
console-fate-returned = Comes back
console-fate-unchanged = Unchanged
console-fate-held = Set aside
console-field-last = Last name
console-field-first = First name
console-field-birth-name = Birth name
console-field-title = Title
console-field-birth-date = Birth date
console-field-mail = Academic mail address
console-field-until = There until
console-field-places = Establishments, profiles and classes
console-field-relatives = Records of relatives
console-field-legal = legal representative
console-field-ine = INE
console-field-none = none
console-field-hidden = not shown
console-change-leaves = Absent from this delivery. The record and the account stay until their day of deletion; access ends.
console-change-aside = Record set aside while reading, or with its establishment: nothing changes for it.
console-guard = Guard
console-guards-sites = Establishments that are held
console-guards-sites-lead = Nothing changes there until their guard is lifted. The other establishments do not wait for them.
console-guards-caption = Guards { $from } to { $to } of { $count }
console-guard-voices = Voices
console-guard-voices-of = { $lifts } of { $needed }
console-guards-lifted = { $count ->
    [one] One guard lifted
   *[other] { $count } guards lifted
}
