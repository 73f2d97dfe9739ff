// The editor finds the types of './iris-prime' here; iris run puts the client itself in its place.
export * from 'iris-prime';
