# The console. What is missing here is shown in French.

console-name = Console
console-today = Today
console-people = People
console-runs = Directory feeds
console-errors = Error numbers
console-next = Next page
console-until = until { $date }
console-nameless = No name

# Searching
console-search-title = Find a person
console-search-label = Last name, first name or username
console-search-hint = The beginning is enough. Accents do not count.
console-search-button = Search
console-people-all = See everybody
console-people-reset = Remove the filters
console-people-number = Look up error number { $number }
console-people-none = Nobody here
console-people-none-filtered = Nobody within your reach matches. Shorten the name or remove a filter.
console-people-none-at-all = There is nobody within your reach yet. People arrive with the first directory delivery.
console-people-caption = { $count ->
    [one] One person on this page
   *[other] { $count } people on this page
}
console-person-name = Name
console-profile = Profile
console-state = Account state
console-establishment = School
console-establishments = Schools
console-login = Username
console-any-profile = All profiles
console-any-state = All states
console-any-establishment = All schools
console-no-account = no account

# Short numbers
console-errors-lead = Every error page shows a short number. Here it tells what happened.
console-errors-form = Look up an error number
console-errors-label = Number given by the person
console-errors-hint = Six letters or digits, such as K7R 4MD. Spaces do not count.
console-errors-button = Look up
console-errors-bad = This is no error number
console-errors-bad-typed = You wrote: { $typed }
console-errors-unknown = Number { $number } is unknown
console-errors-unknown-why = Have it read again letter by letter. Numbers older than twelve months are erased.
console-errors-found = Number { $number }
console-errors-when = When
console-errors-what = What
console-errors-why = Reason
console-errors-device = Device
console-errors-person = See the person
console-advice-ours = The fault is ours. Give this number to whoever runs the server: the cause is in the server’s log.
console-advice-busy = Too many people at once. The person can try again.
console-advice-again = The page was too old. The person starts again.
console-advice-power = The person lacks this right, or looked outside her reach.
console-advice-address = There is no such address. The person starts from the home page.
console-advice-person = The person can try again. Her page shows the state of her account.
console-advice-access = Look at the access rule of the partner, or at the affectation of the resource.

# Runs of feeds
console-runs-lead = Directory deliveries, newest first.
console-runs-last = Last deliveries
console-runs-all = See all deliveries
console-runs-none = No delivery within your reach yet.
console-runs-none-here = No delivery within your reach on this page. See the next one.
console-runs-caption = Deliveries, newest first
console-run-delivery = Delivery
console-run-of = Delivery of { $date }
console-run-state = State
console-run-applied = Applied
console-run-waiting = Waiting
console-run-held = { $count ->
    [one] Held by a guard
   *[other] Held by { $count } guards
}
console-run-findings = Findings
console-run-planned = Prepared
console-run-by = By
console-by-admin = an administrator
console-by-herself = the person herself
console-by-operator = the operator ({ $name })
console-by-gateway = Portique
console-count-created = New
console-count-updated = Changed
console-count-moved = Moved
console-count-left = Leaving
console-count-returned = Back
console-count-unchanged = Unchanged
console-count-held = Set aside
console-stat-created = new
console-stat-updated = changed
console-stat-moved = moved
console-stat-left = leaving
console-stat-held = set aside
console-stat-findings = findings
console-plan-waiting = Nothing is written yet: this plan waits to be applied.
console-plan-applied = This plan has been applied.
console-plan-delivery = The delivery
console-plan-source = Source
console-plan-kind = Kind
console-kind-full = full
console-kind-delta = delta
console-plan-to-activate = Accounts to activate
console-plan-leaving = People leaving
console-plan-sessions = Sessions to end
console-guard-holds = Held by a guard
console-guard-lifted = Guard lifted
console-guard-none = No guard holds this delivery
console-guard-holds-departures = Departures are held by a guard
console-guard-holds-establishment = School held by a guard
console-guard-lifts = Lifted by { $lifts } of { $needed } people: never the one who made the plan.
console-plan-undone = This plan was applied, then undone.
console-plan-codes = Activation codes to print
console-plan-deletion = Accounts that leave
console-plan-deletion-dates = { $count } to be deleted from { $on }, erased on { $erased }, unless they come back
console-plan-undone-at = Undone
console-plan-undone-kept = { $count } rows kept: they had changed since
console-files = Files read
console-file = File
console-file-category = Category
console-file-records = Records
console-file-bytes = Bytes
console-file-digest = SHA-256 digest
console-totals = All together
console-totals-caption = Changes by category
console-by-establishment = By school
console-by-establishment-none = This delivery changes nothing in schools.
console-by-establishment-caption = { $count ->
    [one] Changes in one school
   *[other] Changes in { $count } schools
}
console-place-held = Held
console-place-free = Within limits
console-findings = Findings
console-findings-none = Reading found nothing to say.
console-findings-some = The first { $shown } findings of { $count }.
console-findings-caption = { $count ->
    [one] One finding
   *[other] { $count } findings
}
console-finding-what = Finding
console-finding-severity = Gravity
console-finding-line = Line
console-finding-code = Code
console-finding-field = Field
console-finding-record = Record
console-severity-note = For information
console-severity-warning = Value skipped
console-severity-refused = Record refused
console-severity-fatal = Delivery unusable

# Powers
console-powers = Your powers
console-powers-lead = What you may do, over whom, and until when.
console-powers-caption = Powers in force
console-power = Power
console-power-over = Over
console-power-until = Until
console-power-soon = ends soon
console-perimeter-instance = the whole platform
console-perimeter-academy = académie { $code }
console-perimeter-agriculture = agricultural education
console-perimeter-establishment = one school
action-people-read = See people and their accounts
action-people-code = Give an activation code
action-people-freeze = Pause an account
action-sessions-end = End sessions
action-feeds-read = See deliveries
action-feeds-run = Apply deliveries
action-rights-grant = Give powers
action-journal-read = Search the log
action-charter-publish = Publish charters
action-keys-read = See keys
action-partners-read = See partners and what they receive
action-partners-manage = Declare partners
action-partners-habilitate = Give authorisations
action-resources-manage = Declare resources and their affectations

# One person
console-account = The account
console-since = In this state since
console-first-login = First sign-in
console-never = never
console-code-at-hand = Activation code at hand
console-code-until = yes, until { $date }
console-password = Password
console-password-chosen = chosen; nobody can read it
console-password-none = not chosen yet
console-second-factor = Second factor
console-birth-date = Birth date
console-birth-known = known
console-birth-unknown = unknown
console-source = Source of the record
console-disappeared = Missing from the directory since { $date }
console-disappeared-why = Unless she comes back, her account will be deleted.
console-acts = What can I do?
console-acts-none = Your powers and the state of the account allow nothing more.
console-acts-asked = You will be asked to confirm before anything changes.
console-act-code = Give a new code
console-act-freeze = Pause
console-act-unfreeze = Put back in service
console-act-sessions = End the sessions
console-done-freeze = The account is paused. Its sessions are closed.
console-done-unfreeze = The account is back in service.
console-done-sessions = The sessions are closed.
console-done-unchanged = Nothing changed: the state of the account does not allow it, or no longer does.
console-places = Schools and classes
console-places-none = This person belongs to no school.
console-children = Children
console-relatives = Parents and guardians
console-timeline = What happened
console-timeline-none = Nothing yet.
console-timeline-caption = The last twenty events, newest first
console-event-what = Event
console-event-result = Result
console-event-when = When
console-event-by = By
console-sessions = Open sessions
console-sessions-none = No open session.
console-sessions-caption = { $count ->
    [one] One open session
   *[other] { $count } open sessions
}
console-session-device = Device
console-session-opened = Opened
console-session-seen = Last use
console-session-level = Proofs given
console-level-one = one factor
console-level-two = two factors
console-proofs = Charters accepted
console-proofs-none = No charter accepted yet.
console-proofs-caption = Proofs of acceptance, newest first
console-proof-when = When
console-proof-way = How
console-proof-language = Language
console-proof-digest = Digest of the text
console-proof-first = at activation
console-proof-new = at a new version
console-her-powers = Powers of this person
console-back-to-person = Back to the person

# Asking first
console-confirm-not = Change nothing
console-confirm-recorded = This act goes into the log with your name.
console-confirm-sessions-count = { $count ->
    [0] No session is open.
    [one] One open session will be closed.
   *[other] { $count } open sessions will be closed.
}
console-confirm-code-title = Give { $name } a new code?
console-confirm-code-what = A letter is shown, to be printed. The code is shown this once.
console-confirm-code-former = The former code stops at once.
console-confirm-code-button = Create the code and the letter
console-confirm-freeze-title = Pause the account of { $name }?
console-confirm-freeze-what = The person will not be able to sign in. You can put the account back in service.
console-confirm-freeze-button = Pause the account
console-confirm-unfreeze-title = Put the account of { $name } back in service?
console-confirm-unfreeze-what = The account gets back the state it had. The person can sign in again.
console-confirm-unfreeze-button = Put the account back in service
console-confirm-sessions-title = End the sessions of { $name }?
console-confirm-sessions-what = The person will have to sign in again, on every device.
console-confirm-sessions-button = End the sessions
console-no-birth-date = The birth date is missing: there can be no letter
console-no-birth-date-why = Activation asks for it. The school office corrects it in its own software; it comes with the next delivery.
console-doubtful-birth-date = No child within your reach has a birth date
console-doubtful-birth-date-why = A parent gives the birth date of one child. Without it the code is of no use.

# The letter
console-letter-title = Activation letter
console-letter-once = This code will never be shown again
console-letter-once-why = Print the letter now. Reloading this page would create another code and stop this one.
console-letter-to-parents = Mr or Mrs { $last }
console-letter-for = for { $first }
console-letter-the = { $date }
console-letter-at = { $town }, { $date }
console-letter-key = { $first }, here is your key to the workspace
console-letter-valid = This sheet works once, until { $date }. Keep it to yourself.
console-letter-code = Activation code
console-letter-qr = QR code that opens the activation page
console-letter-steps = In three steps
console-letter-step-1 = Scan the square, or open { $address } and choose “I have a code”.
console-letter-step-2 = Copy the username and the code. Give your birth date.
console-letter-step-2-relative = Copy the username and the code. Give the birth date of one of your children.
console-letter-step-3 = Read the charter, then choose your password.
console-letter-signs = This code never holds an O, a zero, an I or a 1.
console-letter-trouble = Any trouble?
console-letter-phone = { $name }: { $phone }.
console-letter-not-mine = If this sheet is not yours, give it back to the school.
console-letter-data = Your rights are explained at the foot of every page.

# Events
event-login-password = Username and password given
event-login-code = Activation code typed
event-login-second-factor = Second factor given
event-login-second-factor-enrolled = Second factor set up
event-account-activation = Account activated
event-account-code-disowned = “This letter is not mine”
event-account-password-saved = Password chosen
event-charter-accepted = Charter accepted
event-charter-published = Charter published
event-session-opened = Signed in
event-session-logout = Signed out
event-session-ended = Session ended by somebody else
event-login-throttled = Attempt refused, too many tries
event-admin-code-issued = New activation code
event-admin-frozen = Account paused
event-admin-unfrozen = Account put back in service
event-admin-factor-forgotten = Second factor forgotten, to be set up again
event-admin-person-read = Page of the person read
event-admin-people-listed = People listed
event-admin-invited = Administrator invited
event-admin-granted = Power given
event-admin-revoked = Power taken back
event-feed-planned = Delivery prepared
event-feed-guard-lifted = Guard lifted
event-feed-applied = Delivery applied
event-feed-undone = Delivery undone
event-person-stay-ended = Stay ended
event-account-ending = Account set to be deleted
event-account-erased = Person erased
event-journal-searched = Log searched
event-journal-purged = Log purged
event-keys-moved = Key made or moved
event-fault = Error page
event-partner-opened = Application opened
event-admin-partner-applied = Partner declared or changed
event-admin-partner-removed = Partner removed
event-admin-partner-secret = Secret of a partner given or closed
event-admin-habilitation-given = Authorisation given
event-admin-habilitation-revoked = Authorisation taken back
event-resource-opened = Resource opened
event-admin-resource-applied = Resources or affectations changed
event-login-recovery-asked = Forgotten password: mail asked for
event-login-recovery = Link of the mail about a forgotten password opened
event-account-mail-given = Mail address given
event-account-mail-verified = Mail address verified
event-account-mail-removed = Mail address removed
result-asked = under way
result-done = done
result-refused = refused
result-failed = failed
reason-wrong-password = wrong username or password
reason-wrong-code = wrong username, code or birth date
reason-spent-code = code used before
reason-expired-code = code too old
reason-wrong-factor = wrong second factor
reason-too-many-tries = too many tries
reason-account-closed = account closed
reason-charter-refused = charter refused
reason-out-of-scope = beyond her rights
reason-flow-lost = page left open too long
reason-forged = form not recognised
reason-not-found = no such page
reason-internal = our own fault
reason-log-down = the log could not be written
reason-store-down = a store did not answer
reason-busy = too many people
reason-bad-feed = faulty delivery
reason-guard-holds = held by a guard
reason-partner-not-open = the application is not open yet
reason-profile-not-targeted = profile not targeted
reason-uai-not-member = school not targeted
reason-uai-ambiguous = several schools are possible
reason-group-missing = authorisation missing or over
reason-attribute-missing = an indispensable piece of data is missing
reason-contract-expired = contract ended
reason-policy-not-approved = release policy not approved
reason-resource-unknown = unknown resource
reason-resource-suspended = resource suspended
reason-sub-none = school without a subscription
reason-sub-not-started = subscription not begun yet
reason-sub-expired = subscription over
reason-no-affectation = resource not given to this person
reason-affectation-revoked = resource taken back
reason-quota-exhausted = all licences are taken
reason-sp-mismatch = the address or the service is not that of the publisher
