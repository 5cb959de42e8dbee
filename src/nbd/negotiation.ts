import { tellExport } from './export-info.ts';
import type { NbdExport } from './export.ts';
import type { MetaContext } from './meta-context.ts';
import type { OptionData } from './option-data.ts';
import type { OptionReply } from './option-reply.ts';
import { OPTION, OPTION_REPLY } from './protocol.ts';

/** Where a connection looks for exports. */
export interface ExportSource {
  /** In the order in which they are listed. */
  all(): readonly NbdExport[];
  find(name: string): NbdExport | undefined;
}

/** What one client and the server have agreed on so far. */
export class Negotiation {
  readonly #source: ExportSource;
  hasStructuredReplies = false;
  /** The contexts that were chosen, and for which export. */
  #chosen: { readonly export: NbdExport; readonly contexts: readonly MetaContext[] } | undefined;

  constructor(source: ExportSource) {
    this.#source = source;
  }

  find(name: string): NbdExport | undefined {
    return this.#source.find(name);
  }

  /** The contexts for transmission: those chosen count only for the export that they were chosen for. */
  contextsFor(chosen: NbdExport): readonly MetaContext[] {
    return this.#chosen?.export === chosen ? this.#chosen.contexts : [];
  }

  list(reply: OptionReply): void {
    for (const { name, description = '' } of this.#source.all()) {
      void reply.send(OPTION_REPLY.server, Buffer.concat([counted(name), Buffer.from(description)]));
    }
    void reply.acknowledge();
  }

  agreeOnStructuredReplies(reply: OptionReply): void {
    if (this.hasStructuredReplies) return reply.refuse(OPTION_REPLY.invalid, 'structured replies are on already');
    this.hasStructuredReplies = true;
    void reply.acknowledge();
  }

  /** INFO and GO. @returns the export, if there is such a one */
  tell(data: OptionData, reply: OptionReply): NbdExport | undefined {
    const name = data.string();
    const asked = new Set(Array.from({ length: data.uint16() }, () => data.uint16()));
    data.end();
    const found = this.find(name);
    if (found === undefined) {
      reply.refuse(OPTION_REPLY.unknown, `there is no export '${name}'`);
      return undefined;
    }
    tellExport(reply, found, asked, this.hasStructuredReplies);
    void reply.acknowledge();
    return found;
  }

  /** LIST_META_CONTEXT and SET_META_CONTEXT: to list, no question or one for a whole namespace is a question for all. */
  metaContexts(option: number, data: OptionData, reply: OptionReply): void {
    if (!this.hasStructuredReplies) return reply.refuse(OPTION_REPLY.invalid, 'contexts need structured replies');
    const isSetting = option === OPTION.setMetaContext;
    if (isSetting) this.#chosen = undefined;
    const name = data.string();
    const queries = Array.from({ length: data.uint32() }, () => data.string());
    data.end();
    const found = this.find(name);
    if (found === undefined) return reply.refuse(OPTION_REPLY.unknown, `there is no export '${name}'`);
    const wanted = isSetting ? queries : queries.length === 0 ? [''] : queries;
    const contexts = found.contexts.filter((context) => wanted.some((query) => answers(context, query, isSetting)));
    if (isSetting) this.#chosen = { export: found, contexts };
    for (const context of contexts) void reply.send(OPTION_REPLY.metaContext, described(context, isSetting ? contextId(found, context) : 0));
    void reply.acknowledge();
  }
}

/** By which replies name a context. */
export function contextId({ contexts }: NbdExport, context: MetaContext): number {
  return contexts.indexOf(context);
}

function answers({ name }: MetaContext, query: string, isSetting: boolean): boolean {
  return name === query || (!isSetting && (query === '' || query.endsWith(':')) && name.startsWith(query));
}

function described({ name }: MetaContext, id: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(id);
  return Buffer.concat([number, Buffer.from(name)]);
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
