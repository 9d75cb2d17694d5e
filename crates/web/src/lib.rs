//! Pages for people: extract, call one journey, render.
