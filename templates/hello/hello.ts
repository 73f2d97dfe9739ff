interface Greeting {
  readonly name: string;
  readonly from: string;
}

const greeting: Greeting = { name: process.argv[2] ?? 'world', from: `Node ${process.versions.node}` };
console.log(`Hello, ${greeting.name}! This is ${greeting.from} in an isolated sandbox.`);
