//! An explicit-state explorer: every state that can be reached, breadth first, so that what it finds
//! wrong it finds by a shortest way.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Debug;
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// Something with states.
pub(crate) trait Model {
    type State: Clone + Eq + Hash + Debug;
    type Event: Clone + Debug;

    /// Where it begins.
    fn start(&self) -> Self::State;

    /// Everything that may happen next, and what comes of it.
    fn next(&self, state: &Self::State) -> Vec<(Self::Event, Self::State)>;

    /// What must never be, if this is it.
    fn wrong(&self, state: &Self::State) -> Option<&'static str>;

    /// Whether everything is as it should be in the end.
    fn done(&self, state: &Self::State) -> bool;
}

/// What there is to be seen.
#[derive(Debug)]
pub(crate) struct Explored {
    pub(crate) states: usize,
    pub(crate) transitions: usize,
}

/// A shortest way to something that must not be.
#[derive(Debug)]
pub(crate) struct Counterexample {
    pub(crate) what: &'static str,
    pub(crate) way: Vec<String>,
}

/// Looks at every state that can be reached: none is wrong, and from each there is a way to one in
/// which everything is done.
pub(crate) fn explore<M: Model>(model: &M) -> Result<Explored, Counterexample> {
    let mut seen: Seen<M> = Seen::default();
    seen.add(model.start(), None);
    let mut before: Vec<Vec<usize>> = vec![Vec::new()];
    let (mut at, mut transitions) = (0, 0);
    while at < seen.states.len() {
        let state = seen.states[at].clone();
        if let Some(what) = model.wrong(&state) {
            return Err(seen.way(at, what));
        }
        for (event, next) in model.next(&state) {
            transitions += 1;
            let place = seen.add(next, Some((at, event)));
            before.resize(seen.states.len(), Vec::new());
            before[place].push(at);
        }
        at += 1;
    }
    match stuck(model, &seen.states, &before) {
        Some(at) => Err(seen.way(at, "from here nothing leads to the end")),
        None => Ok(Explored {
            states: seen.states.len(),
            transitions,
        }),
    }
}

/// A state from which no way leads to the end: the first that was found.
fn stuck<M: Model>(model: &M, states: &[M::State], before: &[Vec<usize>]) -> Option<usize> {
    let mut ends: Vec<bool> = states.iter().map(|state| model.done(state)).collect();
    let mut open: Vec<usize> = (0..states.len()).filter(|at| ends[*at]).collect();
    while let Some(at) = open.pop() {
        for from in &before[at] {
            if !std::mem::replace(&mut ends[*from], true) {
                open.push(*from);
            }
        }
    }
    ends.iter().position(|ends| !ends)
}

/// How a state was reached first: from which other, and by what.
type Came<M> = Option<(usize, <M as Model>::Event)>;

struct Seen<M: Model> {
    states: Vec<M::State>,
    places: HashMap<M::State, usize, BuildHasherDefault<Mixer>>,
    came: Vec<Came<M>>,
}

impl<M: Model> Default for Seen<M> {
    fn default() -> Self {
        Self {
            states: Vec::new(),
            places: HashMap::default(),
            came: Vec::new(),
        }
    }
}

impl<M: Model> Seen<M> {
    fn add(&mut self, state: M::State, came: Came<M>) -> usize {
        let place = self.states.len();
        match self.places.entry(state) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                self.states.push(new.key().clone());
                self.came.push(came);
                *new.insert(place)
            }
        }
    }

    fn way(&self, mut at: usize, what: &'static str) -> Counterexample {
        let mut way = vec![format!("{:?}", self.states[at])];
        while let Some((from, event)) = &self.came[at] {
            way.push(format!("{event:?}"));
            at = *from;
        }
        way.reverse();
        Counterexample { what, way }
    }
}

/// A hash for states, which are many, small and not chosen by an adversary: what spreads best is not
/// needed, and in a build without optimisation it takes most of the time.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64((*byte).into()));
    }

    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    fn write_i8(&mut self, number: i8) {
        self.write_u64(u64::from(number.unsigned_abs()));
    }

    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_u64(&mut self, number: u64) {
        // The multiplier of Knuth's linear congruential generator.
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x5851_f42d_4c95_7f2d);
    }

    fn finish(&self) -> u64 {
        // The table takes the lowest and the highest bits.
        self.0 ^ (self.0 >> 32)
    }
}
