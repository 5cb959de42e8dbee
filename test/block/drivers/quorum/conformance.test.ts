import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { driverConformance } from '../../../support/driver-conformance.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const SIZE = (3 << 20) + 65_536;
const folder = temporaryFolder();
let copies = 0;

function copy() {
  const filename = join(folder, `copy${copies++}`);
  writeFileSync(filename, Buffer.alloc(SIZE));
  return { driver: 'file', filename };
}

for (const pattern of ['quorum', 'fifo']) {
  for (const over of ['raw', 'qcow2'] as const) {
    driverConformance('quorum', {
      over, size: SIZE, supports: { grow: false },
      wrap: (below) => ({ driver: 'quorum', 'vote-threshold': 2, 'read-pattern': pattern, children: [below, copy(), copy()] }),
    });
  }
}
