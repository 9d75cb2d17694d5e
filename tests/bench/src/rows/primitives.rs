//! The two primitives that everything is compared with, on this thread.

use super::CLIENTS;
use crate::figures::median;
use anyhow::{anyhow, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use rustix::time::{ClockId, Timespec, clock_gettime};

const SIGNATURES: u32 = 200;
const HASHES: u32 = 8;

/// The parameters of the gateway.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// An RSA-2048 key.
pub(super) struct Signer(KeyPair);

impl Signer {
    pub(super) fn new() -> anyhow::Result<Self> {
        let key = KeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key"))?;
        Ok(Self(key))
    }

    /// CPU seconds of one RSA-2048 signature with SHA-256.
    pub(super) fn cost(&self) -> anyhow::Result<f64> {
        let chance = SystemRandom::new();
        let mut signature = vec![0; self.0.public_modulus_len()];
        each(SIGNATURES, |number| {
            self.0
                .sign(
                    &RSA_PKCS1_SHA256,
                    &chance,
                    &number.to_be_bytes(),
                    &mut signature,
                )
                .map_err(|_| anyhow!("no signature"))
        })
    }
}

/// CPU seconds of one Argon2id as the gateway makes it: on as many threads as there are clients, since
/// two hashes at once share memory and caches and cost more than one alone.
pub(super) fn argon2id() -> anyhow::Result<f64> {
    let costs = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(hashes)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| bail!("a hash broke")))
            .collect::<anyhow::Result<Vec<f64>>>()
    })?;
    Ok(median(&costs))
}

fn hashes() -> anyhow::Result<f64> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|error| anyhow!("{error}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; 32];
    each(HASHES, |number| {
        let mut secret = [7; 32];
        for (to, from) in secret.iter_mut().zip(number.to_be_bytes()) {
            *to = from;
        }
        argon2
            .hash_password_into(&secret, &[1; 16], &mut out)
            .map_err(|error| anyhow!("{error}"))
    })
}

fn each(times: u32, mut act: impl FnMut(u32) -> anyhow::Result<()>) -> anyhow::Result<f64> {
    let before = seconds(clock_gettime(ClockId::ThreadCPUTime));
    for number in 0..times {
        act(number)?;
    }
    let after = seconds(clock_gettime(ClockId::ThreadCPUTime));
    Ok((after - before) / f64::from(times))
}

/// CPU seconds of this process so far.
pub(super) fn process_seconds() -> f64 {
    seconds(clock_gettime(ClockId::ProcessCPUTime))
}

fn seconds(time: Timespec) -> f64 {
    std::time::Duration::try_from(time)
        .unwrap_or_default()
        .as_secs_f64()
}
