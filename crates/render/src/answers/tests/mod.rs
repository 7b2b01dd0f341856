mod hostile;
mod judged;
mod rules;
mod same;
mod samples;
mod secrets;
mod snapshots;
mod split;
