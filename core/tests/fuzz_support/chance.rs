//! Inputs that are lists of choices: any bytes will do, the same in every run.

use super::Seeds;

/// Choices of several lengths.
pub(super) fn seeds(target: &str) -> Seeds {
    let mut state = target
        .bytes()
        .fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| {
            state.rotate_left(5) ^ u64::from(byte)
        });
    let mut byte = move || {
        // xorshift64*
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d).to_be_bytes()[0]
    };
    let mut seeds = Seeds::new();
    for at in 0..200 {
        let length = 8 + at % 8 * 12;
        let seed = (0..length).map(|_| byte()).collect();
        seeds.insert(format!("chance-{at:03}"), seed);
    }
    seeds
}

/// Every call, answered at once with a success, in the form that the target `calls` takes: in the head an id that repeats a
/// secret, then a new key or tokens.
pub(super) fn successes() -> Seeds {
    let mut seeds = Seeds::new();
    for call in 0..150_u8 {
        for body in [5, 8] {
            let policy = [1, 255, 255, 0];
            let head = [0, 0, 8, 0];
            let time = [0; 3];
            let seed = [
                &policy[..],
                &[0, call],
                &head,
                &time,
                &[body],
                &time,
                &[0, 4],
            ];
            seeds.insert(format!("success-{call:03}-{body}"), seed.concat());
        }
    }
    seeds
}
