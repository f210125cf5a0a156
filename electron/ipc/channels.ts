/** The two channels between window and main process. */
export const callChannel = 'consilium:call'
export const pushChannel = 'consilium:push'
