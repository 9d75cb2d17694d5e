res-title = Media centre
res-h1 = Media centre
res-lead = Your textbooks and resources, opened without giving your name.
res-search = Search for a resource
res-words = Words
res-level = Level
res-subject = Subject
res-kind = Kind
res-any = All
res-go = Search
res-clear = Show everything
res-found = { $n ->
    [0] No resource matches.
    [one] One resource
   *[other] { $n } resources
}
res-for = For: { $level }
res-empty = No resource for the time being.
res-empty-text = They appear here once your school gives them to you.
res-parent = Digital textbooks open with the pupil’s account.

res-notice-title = Before you open it
res-notice-h1 = Open “{ $title }”
res-notice-from = This resource comes from { $provider }.
res-notice-gets = When you open it, this site will receive: { $list }.
res-notice-no-name = Not your name.
res-notice-code = an anonymous code
res-notice-and = { $list } and { $last }
res-notice-quoted = “{ $word }”
res-notice-open = Open
res-notice-quiet = Fine, do not tell me again
res-notice-back = Back to the media centre

res-choose-title = In which school?
res-choose-h1 = In which school do you open “{ $title }”?
res-choose-text = Several of your schools have this resource. The site will learn nothing of the other one.

res-no-title = This resource does not open
res-no-button = Go to the media centre
res-no-reason = Reason: { $code }
res-no-ended = Your school has not had this resource since { $date }.
res-no-ended-now = Your school librarian knows whether it will come back.
res-no-soon = This resource opens on { $date }.
res-no-soon-now = Come back on that day. There is nothing to do until then.
res-no-none = Your school does not have this resource.
res-no-none-now = Your school librarian can ask for it.
res-no-class = This resource is not given to your class.
res-no-class-now = Your school librarian can ask for it.
res-no-given = This resource is not given to you.
res-no-given-now = Whoever assigns resources at your school can give it to you.
res-no-taken-back = This resource is no longer given to you.
res-no-taken-back-now = Your school librarian can tell you why.
res-no-profile = This resource is not meant for your profile.
res-no-profile-now = If this is a mistake, tell your school.
res-no-elsewhere = This resource opens in another school than yours.
res-no-elsewhere-now = Start from your media centre: it shows what opens for you.
res-no-parent = Digital textbooks open with the pupil’s account.
res-no-parent-now = Your child finds it in the media centre.
res-no-unknown = This resource does not exist, or not any more.
res-no-unknown-now = Start from your media centre.
res-no-hidden = This resource is withdrawn for the moment.
res-no-hidden-now = Come back later, or ask your school librarian.
res-no-provider = { $provider } cannot receive you for the moment. It is not your fault.
res-no-provider-now = Try again tomorrow. If it goes on, give the number of this page.
res-no-provider-unknown = The publisher
