//! The pages of J5 and of one's own mail address.

use super::samples::{Maker, at, form};
use crate::forgot::{Forgot, Recovered, Recovery, Sent};
use crate::mail::{MailFault, MyMailPage};
use crate::trail::Form;

pub(super) fn all(make: &mut Maker) {
    forgot(make);
    mine(make);
}

fn forgot(make: &mut Maker) {
    let page = |p, sends, logins| Forgot {
        p,
        form: form(),
        sends,
        logins,
        other: "/forgot/login".into(),
        activate: "/activate".into(),
        login: "/login".into(),
    };
    make.add("forgot", &page(make.p(), true, false));
    make.add("forgot (no mail)", &page(make.p(), false, false));
    make.add("forgot login", &page(make.p(), true, true));
    make.add("forgot login (no mail)", &page(make.p(), false, true));
    for (name, logins) in [("sent", false), ("sent (logins)", true)] {
        make.add(
            name,
            &Sent {
                p: make.p(),
                logins,
            },
        );
    }
    let link = Recovery {
        p: make.p(),
        form: form(),
        secret: Some("s".into()),
    };
    make.add("recovery", &link);
    let gone = Recovery {
        p: make.p().as_error(),
        form: Form::default(),
        secret: None,
    };
    make.add("recovery (wrong)", &gone);
    let done = Recovered {
        p: make.hers(),
        onward: "/me".into(),
    };
    make.add("recovered", &done);
}

fn mine(make: &mut Maker) {
    let name = make.name.clone();
    let verified = Some((name.clone(), make.p().moment(at(0))));
    let page = |p, fault, known: bool| MyMailPage {
        p,
        sends: true,
        verified: verified.clone().filter(|_| known),
        waiting: Some(name.clone()).filter(|_| known),
        typed: name.clone(),
        done: Some("mail-done-sent"),
        fault,
    };
    make.add("mail", &page(make.hers(), None, true));
    make.add("mail (none)", &page(make.hers(), None, false));
    let faults = [
        MailFault::ADDRESS,
        MailFault::GONE,
        MailFault::code(1),
        MailFault::code(4),
        MailFault::password("motdepasse"),
        MailFault::password("motdepasse2"),
    ];
    for (number, fault) in faults.into_iter().enumerate() {
        for known in [true, false] {
            let page = page(make.hers().as_error(), Some(fault), known);
            make.add(&format!("mail ({number} {known}) (wrong)"), &page);
        }
    }
    let off = MyMailPage {
        sends: false,
        ..page(make.hers(), None, true)
    };
    make.add("mail (off)", &off);
}
