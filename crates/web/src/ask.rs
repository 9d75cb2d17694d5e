//! What arrives: the facts of a request and the visit made of them.

use crate::settings::Web;
use crate::stop::{Halt, Stop};
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use core::convert::Infallible;
use portique_journeys::Visit;
use portique_ui::{ErrorKind, Facts, Role};

/// One request, as handlers see it.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) facts: Facts,
    pub(crate) visit: Visit,
}

impl FromRequestParts<Web> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let facts = match parts.extensions.get::<Facts>() {
            Some(facts) => facts.clone(),
            None => Facts::read(parts, &web.settings.edge),
        };
        Ok(Self::new(facts, web))
    }
}

impl Ask {
    pub(crate) fn new(facts: Facts, web: &Web) -> Self {
        let device_cookie = facts
            .jar
            .first(web.settings.edge.cookies, Role::Device)
            .map(ToOwned::to_owned);
        let visit = Visit {
            now: web.clock.now(),
            address: facts.address,
            device: facts.device,
            device_cookie,
        };
        Self { facts, visit }
    }
}

/// A form, or the page that says why it is none.
pub(crate) fn taken<T>(form: Result<Form<T>, FormRejection>) -> Result<T, Halt> {
    form.map(|Form(form)| form).map_err(|rejection| {
        let kind = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            ErrorKind::TooLarge
        } else {
            ErrorKind::BadRequest
        };
        Stop::new(kind).into()
    })
}

/// A query, or the page that says why it is none.
pub(crate) fn queried<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Halt> {
    query
        .map(|Query(query)| query)
        .map_err(|_| Stop::new(ErrorKind::BadRequest).into())
}
