// Imported before a program that must not go on alone: when the process that started it is gone, it ends too.
// Needed for kill -9, which no parent can pass on.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref();
