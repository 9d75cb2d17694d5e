portal-title = My space
portal-h1 = Hello { $first }
portal-todo = To do
portal-children = { $n ->
    [one] My child
   *[other] My children
}
portal-class = class { $class }
portal-apps = Applications
portal-no-apps = Applications appear here when your school opens them.
portal-learn = Learn
portal-school-life = School life
portal-talk = Communicate
portal-manage = Manage
portal-public = Public services
portal-places = { $n ->
    [0] My school
    [one] My school
   *[other] My schools
}
portal-no-place = No school is tied to your account.
portal-account = My account
portal-ends = Your space closes on
portal-sessions = My other sign-ins
portal-other-sessions = { $n ->
    [0] None
    [one] One other
   *[other] { $n } others
}
todo-sessions = { $n ->
    [one] Your space is open on another device
   *[other] Your space is open on { $n } other devices
}
todo-sessions-text = Not you? Close them.
todo-sessions-act = See my sign-ins
todo-console = You have administration powers
todo-console-text = You find them in the console.
todo-console-act = Open the console
portal-together = See everything together
portal-by-child = See child by child
portal-for-child = for { $first }
