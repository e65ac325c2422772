import { addPin } from "@tertulia/core/pins/add-pin";
import { listPins } from "@tertulia/core/pins/list-pins";
import { removePin } from "@tertulia/core/pins/remove-pin";
import { PinList, PinMessage } from "@tertulia/model/pins";
import { RoomId } from "@tertulia/model/rooms";
import { z } from "zod";
import { router, signedInProcedure } from "./trpc.ts";

export const pinsRouter = router({
  add: signedInProcedure.input(PinMessage).output(z.void()).mutation(({ ctx, input }) => addPin(ctx.core, ctx.actor, input)),
  remove: signedInProcedure.input(PinMessage).output(z.void()).mutation(({ ctx, input }) => removePin(ctx.core, ctx.actor, input)),
  list: signedInProcedure.input(RoomId).output(PinList).query(({ ctx, input }) => listPins(ctx.core, ctx.actor, input)),
});
