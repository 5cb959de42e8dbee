// What nearly every run needs, whatever its mode. The build puts it, with all that it imports, into one file,
// where splitting alone would make thirty, each to be looked for, read and compiled by itself.
import '../engine/define-command.ts';
import '../engine/create-engine.ts';
import '../qmp/local-link.ts';
import '../shell/create-session.ts';
import '../shell/run-script.ts';
import './await-ready.ts';
import './open-target.ts';
