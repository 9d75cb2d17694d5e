//! The demonstration's application: what `portique demo-app` runs.
//!
//! A child process that knows the gateway by its public address alone, by the `openidconnect` crate. It
//! shows one or several *faces* (an application, a textbook), each a client of its own, on another
//! loopback host than the gateway, since cookies ignore ports. What it received it shows, and nothing is
//! kept beyond the process.

mod pages;
mod routes;
mod sign_on;
mod visitors;

use serde::{Deserialize, Serialize};
use sign_on::SignOn;
use std::sync::Arc;
use tokio::net::TcpListener;
use visitors::Visitors;

/// What the application is told at its start.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppSettings {
    /// Public address of the gateway.
    pub issuer: String,
    /// Its own public address, without a trailing slash.
    pub address: String,
    /// Its faces.
    pub faces: Vec<Face>,
}

/// One client of the gateway.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Face {
    /// First segment of its addresses, such as `carnet`.
    pub path: String,
    /// Its name.
    pub title: String,
    /// A sentence under its name.
    pub text: String,
    /// Its `client_id`.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl core::fmt::Debug for Face {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Face({})", self.path)
    }
}

impl AppSettings {
    /// Where the gateway sends codes for a face.
    pub fn redirect_uri(address: &str, path: &str) -> String {
        format!("{address}/{path}/retour")
    }

    /// Where the gateway leads back after logout.
    pub fn after_logout(address: &str, path: &str) -> String {
        format!("{address}/{path}/")
    }

    /// Where a tile leads: the sign-on starts there.
    pub fn launch(address: &str, path: &str) -> String {
        format!("{address}/{path}/entrer")
    }
}

/// The application as its handlers know it.
pub(crate) struct App {
    pub(crate) settings: AppSettings,
    pub(crate) sign_on: SignOn,
    pub(crate) visitors: Visitors,
}

/// Serves until the process ends.
///
/// # Errors
/// What the listener says.
pub async fn serve(settings: AppSettings, listener: TcpListener) -> std::io::Result<()> {
    let app = Arc::new(App {
        sign_on: SignOn::new(settings.issuer.clone()).map_err(std::io::Error::other)?,
        visitors: Visitors::default(),
        settings,
    });
    axum::serve(listener, routes::router(app)).await
}
