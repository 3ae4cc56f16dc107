/** Checked by `npm run typecheck`, run by nobody: what tRPC says of the parameters reaches the resolver, and of the answers the client. */
import { initTRPC, type inferRouterOutputs } from "@trpc/server";
import { z } from "zod";
import { entry, pipeline } from "../src/trpc.js";

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <A, B>(_: Equal<A, B>): void => {};

const t = initTRPC.context<{ user: string }>().create();
const base = t.procedure.use(pipeline());

export const router = t.router({
  under: base.input(z.object({ n: z.number() })).use(pipeline()).query(({ ctx, input }) => {
    is<string, typeof ctx.user>(true);
    is<number, typeof input.n>(true);
    return { n: input.n };
  }),
  inside: t.procedure.input(z.object({ n: z.number() })).mutation(entry("shop.set", async ({ ctx, input }) => {
    is<string, typeof ctx.user>(true);
    is<number, typeof input.n>(true);
    return input.n;
  }, { timeout: 100 })),
});
is<{ n: number }, inferRouterOutputs<typeof router>["under"]>(true);
is<number, inferRouterOutputs<typeof router>["inside"]>(true);
// @ts-expect-error a name comes first
entry(async () => {});
