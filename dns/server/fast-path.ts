/**
 * One query to one answer, in place: the hot path of every transport. The reply is built behind the question in the
 * buffer that holds the query; nothing is allocated. What it is not sure of it defers to the plugin chain.
 */
import { CachedPath } from "./cached-path.ts";
import { CompiledPath } from "./compiled-path.ts";
import { type AnswerObserver, DEFER, OPEN, type QueryMemory } from "./in-place.ts";
import type { FastPlan } from "./plan.ts";
import { ReceivedQuestion } from "./question.ts";

export class FastPath {
  readonly #question: ReceivedQuestion;
  readonly #compiled: CompiledPath;
  readonly #cached: CachedPath | undefined;

  /** @param reader this thread's place among the tables' readers, from 0 */
  constructor(plan: FastPlan, reader: number, memory: QueryMemory, observer: AnswerObserver) {
    this.#question = new ReceivedQuestion(memory);
    this.#compiled = new CompiledPath(plan, reader, observer);
    if (plan.caches !== undefined) this.#cached = new CachedPath(plan.caches, reader, observer);
  }

  /** Before the first answer() of a batch: what is found from now on stays readable until leave(). */
  enter(): void {
    this.#compiled.enter();
    this.#cached?.enter();
  }

  leave(): void {
    this.#compiled.leave();
    this.#cached?.leave();
  }

  /**
   * Answers the query of `length` bytes at `offset` (a multiple of 4) in place.
   * @param capacity bytes that the reply may take from `offset` on
   * @param stream true on TCP, where no EDNS size binds
   * @returns length of the reply, or DEFER
   */
  answer(offset: number, length: number, capacity: number, stream: boolean): number {
    const question = this.#question;
    if (!question.read(offset, length, stream)) return DEFER;
    const reply = this.#compiled.answer(question, capacity);
    if (reply !== OPEN) return reply;
    return this.#cached === undefined ? DEFER : this.#cached.answer(question, capacity);
  }
}
