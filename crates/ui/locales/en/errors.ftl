error-part-what = What happened
error-part-now = What you can do now
error-part-help = Who can help you
error-part-number = The number to give
error-help-nobody = The pupil support office or the secretary of your school.

error-not-found-title = This page does not exist
error-not-found-what = The address may be mistyped, or the page was removed.
error-not-found-now = Check the address, or start again from the home page.
error-not-found-button = Go to the home page

error-forbidden-title = This page is not for you
error-forbidden-what = Your account does not give access to this page.
error-forbidden-now = Go back to the home page. Nothing is held against you.
error-forbidden-button = Go to the home page

error-forged-title = We did not recognise this form
error-forged-what = It does not come from one of our pages, or it waited too long. Nothing was changed.
error-forged-now = Start again from our own page.
error-forged-button = Start again

error-flow-lost-title = The page stayed open too long
error-flow-lost-what = For safety, a sign-in page waits twenty minutes at most.
error-flow-lost-now = Nothing is lost. Press “Start again”.
error-flow-lost-button = Start again

error-too-many-title = Too many tries
error-too-many-what = { $minutes ->
    [one] Wait one minute before you try again. This protects your account.
   *[other] Wait { $minutes } minutes before you try again. This protects your account.
}
error-too-many-now = In a hurry? Your class teacher or the pupil support office can give you a code.
error-too-many-button = Start again

error-closed-title = Your school has closed your access
error-closed-what = Your account does not let you in today.
error-closed-now = Talk to the head of your school. The public pages stay open.
error-closed-button = Go to the home page

error-frozen-title = Your account is paused
error-frozen-what = This pause was asked for. Your data are kept, and nobody uses them.
error-frozen-now = To open it again, ask your school.
error-frozen-button = Go to the home page

error-busy-title = It is crowded right now
error-busy-what = Too many people are signing in at once. Your account is fine.
error-busy-now = Wait a few seconds, then try again.
error-busy-button = Try again
error-updating-title = An update is under way
error-updating-what = Accounts are being updated right now. What you asked for was not done. Nothing is lost.
error-updating-now = Wait a minute, then try again.
error-updating-button = Try again

error-store-down-title = Part of the service does not answer
error-store-down-what = We cannot read the accounts for the moment. It is not your fault.
error-store-down-now = Try again in a minute. The public pages stay open.
error-store-down-button = Try again

error-log-down-title = Signing in is stopped for a moment
error-log-down-what = Each sign-in must be written in a log. That log cannot be written.
error-log-down-now = Try again in a minute. You can still sign out.
error-log-down-button = Try again

error-internal-title = Something went wrong on our side
error-internal-what = It is not your fault.
error-internal-now = Try again. If it goes on, give the number of this page.
error-internal-button = Try again

error-bad-request-title = We did not understand this request
error-bad-request-what = Something is missing, or the address is incomplete.
error-bad-request-now = Start again from the home page.
error-bad-request-button = Go to the home page

error-method-title = This page does not open this way
error-method-what = It expects a form, or it can only be read.
error-method-now = Start again from the home page.
error-method-button = Go to the home page

error-too-large-title = This is too long for us
error-too-large-what = The text you sent is larger than allowed. Nothing was kept.
error-too-large-now = Go back and shorten your text.
error-too-large-button = Go to the home page

error-cookie-title = Your browser refuses our sign-in cookie
error-cookie-what = Without it, we cannot recognise you. It serves nothing else.
error-cookie-now = Accept the cookies of this site in your browser settings. Then start again.
error-cookie-button = Start again

error-two-sessions-title = Two people seem to be signed in here
error-two-sessions-what = We do not know which one you are. For safety, we forgot both in this browser.
error-two-sessions-now = Sign in again.
error-two-sessions-button = Sign in
