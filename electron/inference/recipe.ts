/** Changes whenever compiled files of the same weights would differ. */
export const recipeVersion = '3'
