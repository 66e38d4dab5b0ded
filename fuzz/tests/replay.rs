//! The targets on their seeds, on what fuzzing has found, and on simple changes of both.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::path::PathBuf;

use wordlight_fuzz::TARGETS;

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    let paths = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut seeds: Vec<_> =
        paths.map(|entry| entry.unwrap().path()).map(|p| (p.clone(), std::fs::read(p).unwrap())).collect();
    seeds.sort();
    seeds
}

#[test]
fn every_target_holds_on_its_seeds_and_on_their_neighbours() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(seeds.len() >= 2, "{name} has {} seeds", seeds.len());
        target(b"");
        for (path, seed) in &seeds {
            // Shown if the test fails.
            println!("{}", path.display());
            target(seed);
            let step = (seed.len() / 40).max(1);
            for at in (0..seed.len()).step_by(step) {
                target(&seed[..at]);
                let mut changed = seed.clone();
                changed[at] ^= 0x20 << (at % 3);
                target(&changed);
                changed[at] = [0, b'"', b'\n', 0xff][at / step % 4];
                target(&changed);
                changed.drain(at..seed.len().min(at + 3));
                target(&changed);
            }
        }
    }
}

#[test]
fn every_target_has_a_program_and_seeds_of_its_own() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let mut targets = TARGETS.map(|(name, _)| name.to_owned()).to_vec();
    targets.sort();
    assert_eq!(names("targets"), targets);
    assert_eq!(names("seeds"), targets);
}
