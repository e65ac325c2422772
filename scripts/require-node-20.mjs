// Imported first by every command. It says what an old Node would otherwise say with a stack trace, so neither it nor
// the modules beside it may use syntax or imports that Node 16 can't load.
if (Number(process.versions.node.split(".")[0]) < 20) {
  console.error(`Tertulia needs Node 20 or newer to start, and this is Node ${process.versions.node}: install a current one from https://nodejs.org.`);
  process.exit(1);
}
