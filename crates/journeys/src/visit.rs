//! The circumstances of one request, read once at the edge.

use core::net::IpAddr;
use portique_domain::Timestamp;
use portique_domain::session::DeviceClass;

/// When, from where and on what somebody acts.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Now.
    pub now: Timestamp,
    /// Address of the browser, behind trusted proxies.
    pub address: IpAddr,
    /// Class of device.
    pub device: DeviceClass,
    /// Value of the device cookie, if there is one.
    pub device_cookie: Option<String>,
}
