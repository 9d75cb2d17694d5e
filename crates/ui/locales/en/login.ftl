who-title = Who are you? – Sign in
who-h1 = Who are you?
who-once = Choose once: we will offer it first next time.
who-pupil = Pupil
who-pupil-text = with the username of your letter
who-relative = Parent or guardian
who-relative-text = with the username of your letter
who-staff = Staff
who-staff-text = teachers, leadership, support office, agents
login-title = Sign in
login-h1 = Sign in
login-wrong = Wrong username or password
login-wrong-text = Check the Caps Lock key, then try again. Forgotten it? Open “Forgotten password”.
login-fix-username = Correct the username
login-fix-password = Retype the password
login-username = Username
login-username-hint = It is written on your letter. Example: prenom.nom
login-password = Password
login-mismatch = The username or the password does not match.
login-button = Sign in
login-forgot = Forgotten password
login-forgot-text = Ask your class teacher or the pupil support office for a code. You will then choose a new password.
login-have-code = I have a code from my school
login-change = Change profile
factor-title = Code from your application
factor-h1 = Your six-digit code
factor-text = Your account has powers. So it asks for a second proof.
factor-code = Six-digit code
factor-hint = Open your code application. The code changes every thirty seconds.
factor-wrong = This code does not fit
factor-wrong-text = Wait for the next code, then copy it. Your phone must show the right time.
factor-fix = Retype the code
factor-button = Check this code
factor-lost = Lost your phone? Ask whoever runs the service to reset your access.
enrol-title = Set up your second proof
enrol-h1 = Set up your second proof
enrol-why = Your account has powers. A password alone does not protect it enough.
enrol-1 = Open a code application on your phone.
enrol-2 = Scan this square, or type the key.
enrol-3 = Copy the six-digit code that appears.
enrol-qr = QR code to scan with your code application
enrol-key = The key, to type if you cannot scan
enrol-button = Check and finish
invite-title = Your invitation
invite-h1 = Welcome { $first }
invite-text = This link opens your administration account. It works once.
invite-name = Name
invite-button = Start
invite-once = The link closes when your password is chosen.
invite-spent-h1 = This link was already used
invite-unknown-h1 = This link no longer works
invite-ask = Ask the person who invited you for a new link.
logout-title = Sign out
logout-h1 = Do you want to sign out?
logout-text = Your space and the open applications will be closed.
logout-stay = Stay signed in
closed-title = Signed out
closed-h1 = You are signed out.
closed-closing = Closing everything…
closed-already = You were already signed out.
closed-text = See you soon. On a shared computer, close the browser too.
closed-count = { $all ->
    [one] Your space is closed. { $closed ->
        [0] The application is not closed yet.
       *[other] The application is closed too.
    }
   *[other] Your space is closed. Applications closed: { $closed } of { $all }.
}
closed-left = { $open ->
    [one] One door is still open
   *[other] { $open } doors are still open
}
closed-shut-browser = Close the browser to be safe on a shared computer.
closed-again = Sign in again
closed-home = Home
closed-state-confirmed = Closed
closed-state-told = Told
closed-state-silent = Does not answer
closed-state-unable = Cannot close by itself
sessions-title = My sign-ins
sessions-h1 = My sign-ins
sessions-lead = These are the devices where your space is open.
sessions-this = This device
sessions-times = Opened on { $opened }. Used on { $seen }.
sessions-end = Close
sessions-ended = It is closed.
sessions-unknown = You do not know a device? Close it, then tell the pupil support office.

# A form that carries an answer to an application.
send-title = One moment
send-h1 = Back to the application
send-text = The application is opening. If nothing happens, press the button.
send-go = Continue
