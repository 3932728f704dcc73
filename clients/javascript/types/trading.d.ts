/**
 * Orders and grids: the trading commands with their parameters named. Thin over `command`, and answered by promises
 * that are rejected as its are: with CommandRefusedError, its `code`, and `fields` where parameters are wrong.
 */
/** @typedef {import("../protocol.js").Order} Order */
/** @typedef {import("../protocol.js").NewOrder} NewOrder */
/** @typedef {import("../protocol.js").NewGrid} NewGrid */
/** @typedef {(action: string, params?: object) => Promise<any>} Command */
export class Trading {
    /** @param {{ command: Command }} client a TidewireClient, or a system of one */
    constructor(client: {
        command: Command;
    });
    /**
     * Give a `client_order_id` to place it safely again after a time-out: a second one of that name is refused.
     *
     * @param {NewOrder} order
     * @returns {Promise<Order>} the order as it was taken
     */
    placeOrder(order: NewOrder): Promise<Order>;
    /**
     * @param {{ id: string } | { client_order_id: string }} which
     * @returns {Promise<Order>} the order as it is then
     */
    cancelOrder(which: {
        id: string;
    } | {
        client_order_id: string;
    }): Promise<Order>;
    /**
     * Cancel all open orders, those of grids aside, or a symbol's.
     *
     * @param {{ symbol?: string, account?: string }} [which]
     * @returns {Promise<number>} how many
     */
    cancelOrders(which?: {
        symbol?: string;
        account?: string;
    }): Promise<number>;
    /**
     * Have all orders cancelled in so many seconds unless this is called again; 0 disarms.
     *
     * @param {number} seconds
     * @returns {Promise<import("../protocol.js").Time | null>} when that is
     */
    cancelAllAfter(seconds: number): Promise<import("../protocol.js").Time | null>;
    /**
     * @param {{ symbol?: string, open?: boolean, instance?: string, limit?: number, offset?: number }} [filters]
     * @returns {Promise<Order[]>} the newest first
     */
    orders(filters?: {
        symbol?: string;
        open?: boolean;
        instance?: string;
        limit?: number;
        offset?: number;
    }): Promise<Order[]>;
    /**
     * What a grid would be: lines, order size, net per cent of a cycle, capital, warnings.
     *
     * @param {NewGrid} grid
     * @returns {Promise<Record<string, any>>}
     */
    previewGrid(grid: NewGrid): Promise<Record<string, any>>;
    /**
     * @param {NewGrid} grid
     * @returns {Promise<{ grid_id: string, status: string, lines: number }>}
     */
    startGrid(grid: NewGrid): Promise<{
        grid_id: string;
        status: string;
        lines: number;
    }>;
    /**
     * @param {string} id
     * @param {{ cancel_orders?: boolean, close_position?: boolean }} [options]
     * @returns {Promise<{ grid_id: string, status: string, orders_cancelled: number }>}
     */
    stopGrid(id: string, options?: {
        cancel_orders?: boolean;
        close_position?: boolean;
    }): Promise<{
        grid_id: string;
        status: string;
        orders_cancelled: number;
    }>;
    /**
     * @param {string} id
     * @returns {Promise<{ grid_id: string, status: string }>}
     */
    pauseGrid(id: string): Promise<{
        grid_id: string;
        status: string;
    }>;
    /**
     * @param {string} id
     * @returns {Promise<{ grid_id: string, status: string }>}
     */
    resumeGrid(id: string): Promise<{
        grid_id: string;
        status: string;
    }>;
    /**
     * @param {string} id
     * @param {Partial<NewGrid>} params
     * @returns {Promise<{ grid_id: string, updated: Record<string, [any, any]>, rebuilt: boolean }>}
     */
    updateGrid(id: string, params: Partial<NewGrid>): Promise<{
        grid_id: string;
        updated: Record<string, [any, any]>;
        rebuilt: boolean;
    }>;
    /**
     * @param {{ pair?: string, live?: boolean, limit?: number, offset?: number }} [filters]
     * @returns {Promise<Record<string, any>[]>} the newest first
     */
    grids(filters?: {
        pair?: string;
        live?: boolean;
        limit?: number;
        offset?: number;
    }): Promise<Record<string, any>[]>;
    /**
     * @param {string} id
     * @returns {Promise<Record<string, any>>} the grid with its levels
     */
    grid(id: string): Promise<Record<string, any>>;
    /**
     * @param {string} [account] the default one where none is named
     * @returns {Promise<Record<string, any>>}
     */
    account(account?: string): Promise<Record<string, any>>;
    /**
     * Throw the kill switch of all one's own (`user`, unless `scope` says otherwise), or of one grid (`instance`).
     *
     * @param {{ action: "activate" | "deactivate", reason: string, scope?: "user" | "instance" | "global", id?: string }} how
     * @returns {Promise<Record<string, any>>}
     */
    killSwitch(how: {
        action: "activate" | "deactivate";
        reason: string;
        scope?: "user" | "instance" | "global";
        id?: string;
    }): Promise<Record<string, any>>;
    #private;
}
export type Order = import("../protocol.js").Order;
export type NewOrder = import("../protocol.js").NewOrder;
export type NewGrid = import("../protocol.js").NewGrid;
export type Command = (action: string, params?: object) => Promise<any>;
