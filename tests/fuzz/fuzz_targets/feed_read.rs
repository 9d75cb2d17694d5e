#![no_main]

#[path = "../feed_drivers.rs"]
#[expect(dead_code, reason = "the drivers of the other targets")]
mod drivers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| drivers::feed_read(bytes));
