mod hostile;
mod judged;
mod rules;
mod samples;
mod snapshots;
mod split;
